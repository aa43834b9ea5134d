/** The API's own description, as far as the console shows it. */

interface Content {
  schema?: unknown;
}

export interface Operation {
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean; description?: string }[];
  requestBody?: { content?: Record<string, Content> };
  responses?: Record<string, { description?: string; content?: Record<string, Content> }>;
}

export interface OpenApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, unknown> };
}

export interface ApiRoute {
  method: string;
  path: string;
  operation: Operation;
}

const methods = new Set(['get', 'put', 'post', 'patch', 'delete']);

/** By what they are about, in the order of the document. */
export function routesByTag({ paths }: OpenApiDocument): Map<string, ApiRoute[]> {
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([method]) => methods.has(method))
      .map(([method, operation]): ApiRoute => ({ method: method.toUpperCase(), path, operation })),
  );
  return Map.groupBy(routes, ({ operation }) => operation.tags?.[0] ?? 'Other');
}

/** True when all words of the search are in what it is and does. */
export function matchesSearch({ method, operation, path }: ApiRoute, search: string): boolean {
  const text = `${method} ${path} ${operation.summary ?? ''}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** The schema that a JSON body has, by name or written out; the media types of other bodies; null when there is no body. */
export function schemaText(content: Record<string, Content> | undefined): string | null {
  const schema = content?.['application/json']?.schema as { $ref?: string } | undefined;
  if (schema === undefined) return content === undefined ? null : Object.keys(content).join(', ');
  return schema.$ref?.split('/').at(-1) ?? JSON.stringify(schema, null, 2);
}
