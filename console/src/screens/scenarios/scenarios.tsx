import { Screen } from '../../shell/screen.tsx';

export default function Scenarios() {
  return <Screen title="Scenarios">–</Screen>;
}
