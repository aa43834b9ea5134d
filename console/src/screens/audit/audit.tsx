import { Screen } from '../../shell/screen.tsx';

export default function Audit() {
  return <Screen title="Audit">–</Screen>;
}
