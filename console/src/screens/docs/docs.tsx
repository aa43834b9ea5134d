/** The documents of this version, by what they are about. */
import Container from '@cloudscape-design/components/container';
import html from '../../../../README.md?documents';
import { Screen } from '../../shell/screen.tsx';
import { Written } from './written.tsx';

export default function Docs() {
  return (
    <Screen title="Documentation">
      <Container>
        <Written html={html} />
      </Container>
    </Screen>
  );
}
