import { Screen } from '../../shell/screen.tsx';

export default function Scenario() {
  return <Screen title="Scenario">–</Screen>;
}
