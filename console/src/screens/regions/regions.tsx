import { Screen } from '../../shell/screen.tsx';

export default function Regions() {
  return <Screen title="Regions">–</Screen>;
}
