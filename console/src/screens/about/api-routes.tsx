/** The API as its own description has it: every route, what it takes and what it answers. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuery } from '@tanstack/react-query';
import { saveFile } from '../../format/csv.ts';
import { useSession } from '../../session/session-context.ts';
import { Loaded } from '../../shell/loaded.tsx';
import { type Column, DataTable } from '../../tables/data-table.tsx';

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
}

interface Operation {
  summary?: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: { content?: Record<string, { schema?: unknown }> };
  responses?: Record<string, { description?: string; content?: Record<string, { schema?: unknown }> }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, unknown> };
}

interface Row {
  id: string;
  method: string;
  path: string;
  operation: Operation;
}

const methods = new Set(['get', 'put', 'post', 'patch', 'delete']);

const rowsOf = ({ paths }: Document): Row[] =>
  Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([method]) => methods.has(method))
      .map(([method, operation]) => ({ id: `${method} ${path}`, method: method.toUpperCase(), path, operation })),
  );

/** The schema that a JSON body has, by name or written out. */
function schemaText(content: Record<string, { schema?: unknown }> | undefined): string | null {
  const schema = content?.['application/json']?.schema as { $ref?: string } | undefined;
  if (schema === undefined) return content === undefined ? null : Object.keys(content).join(', ');
  return schema.$ref?.split('/').at(-1) ?? JSON.stringify(schema, null, 2);
}

function Details({ operation }: { operation: Operation }) {
  const body = schemaText(operation.requestBody?.content);
  return (
    <ExpandableSection headerText={operation.summary ?? 'Details'}>
      <SpaceBetween size="xs">
        {operation.description !== undefined && <Box>{operation.description}</Box>}
        {(operation.parameters ?? []).map((parameter) => (
          <Box key={`${parameter.in} ${parameter.name}`}>
            <code>{parameter.name}</code> ({parameter.in}
            {parameter.required === true ? ', needed' : ''}) {parameter.description}
          </Box>
        ))}
        {body !== null && <Box>Body: {body.includes('\n') ? <pre>{body}</pre> : <code>{body}</code>}</Box>}
        {Object.entries(operation.responses ?? {}).map(([status, { content, description }]) => (
          <Box key={status}>
            <code>{status}</code> {description} <code>{schemaText(content)}</code>
          </Box>
        ))}
      </SpaceBetween>
    </ExpandableSection>
  );
}

const columns: Column<Row>[] = [
  { id: 'method', header: 'Method', cell: ({ method }) => method, value: ({ method }) => method, width: 110 },
  { id: 'path', header: 'Path', cell: ({ path }) => <code>{path}</code>, value: ({ path }) => path, width: 420 },
  {
    id: 'summary',
    header: 'What it does',
    cell: ({ operation }) => <Details operation={operation} />,
    value: ({ operation }) => operation.summary ?? '',
  },
];

export default function ApiRoutes() {
  const { api } = useSession();
  const document = useQuery({
    queryKey: ['openapi'],
    queryFn: ({ signal }) => api.get<Document>('/openapi.json', {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Loaded query={document}>
      {(told) => (
        <SpaceBetween size="l">
          <DataTable
            id="api"
            title="API"
            description="Whatever the console and the command line do goes through these routes."
            columns={columns}
            rows={rowsOf(told)}
            rowId={({ id }) => id}
            isSearchable
            pageSize={100}
            empty="The API describes no route."
            actions={
              <Button
                iconName="download"
                onClick={() => saveFile('openapi.json', JSON.stringify(told, null, 2), 'application/json')}
              >
                OpenAPI document
              </Button>
            }
          />
          <ExpandableSection headerText={`Schemas (${Object.keys(told.components?.schemas ?? {}).length})`}>
            {Object.entries(told.components?.schemas ?? {}).map(([name, schema]) => (
              <ExpandableSection key={name} headerText={name}>
                <pre>{JSON.stringify(schema, null, 2)}</pre>
              </ExpandableSection>
            ))}
          </ExpandableSection>
        </SpaceBetween>
      )}
    </Loaded>
  );
}
