import { Screen } from '../../shell/screen.tsx';

export default function Run() {
  return <Screen title="Run">–</Screen>;
}
