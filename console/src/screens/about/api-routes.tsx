/** The API as its own description has it: every route, what it takes and what it answers. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import TextFilter from '@cloudscape-design/components/text-filter';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { saveFile } from '../../format/csv.ts';
import { useSession } from '../../session/session-context.ts';
import { Loaded } from '../../shell/loaded.tsx';
import {
  type ApiRoute,
  matchesSearch,
  type OpenApiDocument,
  type Operation,
  routesByTag,
  schemaText,
} from './openapi-document.ts';

export default function ApiRoutes() {
  const { api } = useSession();
  const document = useQuery({
    queryKey: ['openapi'],
    queryFn: ({ signal }) => api.get<OpenApiDocument>('/openapi.json', {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return <Loaded query={document}>{(told) => <Described document={told} />}</Loaded>;
}

function Described({ document }: { document: OpenApiDocument }) {
  const [search, setSearch] = useState('');
  const groups = [...routesByTag(document)]
    .map(([tag, routes]) => ({ tag, routes: routes.filter((route) => matchesSearch(route, search)) }))
    .filter(({ routes }) => routes.length > 0);
  const schemas = Object.entries(document.components?.schemas ?? {});
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={`(${groups.reduce((sum, { routes }) => sum + routes.length, 0)})`}
          description="Whatever the console and the command line do goes through these routes."
          actions={
            <Button
              iconName="download"
              onClick={() => saveFile('openapi.json', JSON.stringify(document, null, 2), 'application/json')}
            >
              OpenAPI document
            </Button>
          }
        >
          API
        </Header>
      }
    >
      <SpaceBetween size="s">
        <TextFilter
          filteringText={search}
          filteringPlaceholder="Search routes"
          filteringAriaLabel="Search routes"
          onChange={({ detail }) => setSearch(detail.filteringText)}
        />
        {groups.length === 0 && <Box>No route matches.</Box>}
        {groups.map(({ routes, tag }) => (
          // Found routes are shown at once; the key makes a group forget that it was closed.
          <ExpandableSection
            key={`${tag} ${search === ''}`}
            headerText={`${tag} (${routes.length})`}
            defaultExpanded={search !== ''}
          >
            {routes.map((route) => (
              <Route key={`${route.method} ${route.path}`} route={route} />
            ))}
          </ExpandableSection>
        ))}
        {search === '' && (
          <ExpandableSection headerText={`Schemas (${schemas.length})`}>
            {schemas.map(([name, schema]) => (
              <ExpandableSection key={name} headerText={name}>
                <Code text={JSON.stringify(schema, null, 2)} />
              </ExpandableSection>
            ))}
          </ExpandableSection>
        )}
      </SpaceBetween>
    </Container>
  );
}

function Route({ route: { method, operation, path } }: { route: ApiRoute }) {
  return (
    <ExpandableSection
      headerText={
        <span className="route">
          <code>{`${method} ${path}`}</code> <span>{operation.summary}</span>
        </span>
      }
    >
      <Details operation={operation} />
    </ExpandableSection>
  );
}

function Details({ operation }: { operation: Operation }) {
  const body = schemaText(operation.requestBody?.content);
  return (
    <SpaceBetween size="xs">
      {operation.description !== undefined && <Box>{operation.description}</Box>}
      {(operation.parameters ?? []).map((parameter) => (
        <Box key={`${parameter.in} ${parameter.name}`}>
          <code>{parameter.name}</code> ({parameter.in}
          {parameter.required === true ? ', needed' : ''}) {parameter.description}
        </Box>
      ))}
      {body !== null && (
        <Box>
          Body: <Code text={body} />
        </Box>
      )}
      {Object.entries(operation.responses ?? {}).map(([status, { content, description }]) => (
        <Box key={status}>
          <code>{status}</code> {description} <Code text={schemaText(content) ?? ''} />
        </Box>
      ))}
    </SpaceBetween>
  );
}

function Code({ text }: { text: string }) {
  if (!text.includes('\n')) return <code>{text}</code>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <pre className="document" tabIndex={0}>
      {text}
    </pre>
  );
}
