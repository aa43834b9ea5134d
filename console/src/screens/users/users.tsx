import { Screen } from '../../shell/screen.tsx';

export default function Users() {
  return <Screen title="Users">–</Screen>;
}
