import { Screen } from '../../shell/screen.tsx';

export default function Editor() {
  return <Screen title="Editor">–</Screen>;
}
