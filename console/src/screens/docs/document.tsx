/** One document, from its beginning or from the heading that the address names. */
import Container from '@cloudscape-design/components/container';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useLocation, useParams } from 'react-router';
import { Loaded } from '../../shell/loaded.tsx';
import { Screen } from '../../shell/screen.tsx';
import NotFound from '../not-found/not-found.tsx';
import { Written } from './written.tsx';

interface WrittenDocument {
  title: string;
  html: string;
}

const documents = import.meta.glob<WrittenDocument>('../../../../docs/*.md');

export default function Document() {
  const { name = '' } = useParams();
  const load = documents[`../../../../docs/${name}.md`];
  return load === undefined ? <NotFound /> : <Read name={name} load={load} />;
}

function Read({ name, load }: { name: string; load: () => Promise<WrittenDocument> }) {
  const document = useQuery({ queryKey: ['document', name], queryFn: load, staleTime: Number.POSITIVE_INFINITY });
  return (
    <Screen title={document.data?.title ?? 'Documentation'} above={[{ text: 'Documentation', href: '/docs' }]}>
      <Container>
        <Loaded query={document}>{({ html }) => <FromHeading html={html} />}</Loaded>
      </Container>
    </Screen>
  );
}

function FromHeading({ html }: { html: string }) {
  const { hash, key } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever follows the same link again wants to see the same place again.
  useEffect(() => {
    if (hash !== '') document.getElementById(hash.slice(1))?.scrollIntoView();
  }, [hash, html, key]);
  return <Written html={html} />;
}
