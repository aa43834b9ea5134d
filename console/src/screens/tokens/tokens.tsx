import { Screen } from '../../shell/screen.tsx';

export default function Tokens() {
  return <Screen title="Tokens">–</Screen>;
}
