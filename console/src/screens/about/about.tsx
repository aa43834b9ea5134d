import { Screen } from '../../shell/screen.tsx';

export default function About() {
  return <Screen title="About">–</Screen>;
}
