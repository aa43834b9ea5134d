import { Screen } from '../../shell/screen.tsx';

export default function Runs() {
  return <Screen title="Runs">–</Screen>;
}
