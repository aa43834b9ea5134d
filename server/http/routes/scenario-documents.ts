/** Documents of scenarios as they come in: the Taurus file itself, as YAML or JSON. */
import { stringify } from 'yaml';
import type { ScenarioFormat } from '../../../core/api/scenarios.ts';
import type { ApiContext } from '../api.ts';
import { readText } from '../request-body.ts';

const formats: Readonly<Record<string, ScenarioFormat>> = {
  'application/yaml': 'yaml',
  'text/yaml': 'yaml',
  'application/json': 'json',
};

const example = {
  execution: [{ concurrency: 2, 'hold-for': '30s', scenario: 'shop' }],
  scenarios: { shop: { requests: [{ url: 'http://127.0.0.1:8089/api/products', label: 'products' }] } },
};

/** No zod schema, so that nothing reads the body before we do: it is kept as it came. */
const content = Object.fromEntries(
  Object.entries(formats).map(([mediaType, format]) => {
    const isJson = format === 'json';
    const schema = { type: isJson ? ('object' as const) : ('string' as const), description: 'A Taurus file.' };
    return [mediaType, { schema, example: isJson ? example : stringify(example) }];
  }),
);

/** For the description of a route. */
export const documentBody = { required: true, content };

/** Throws what `readText` throws. */
export async function readDocumentBody(c: ApiContext): Promise<{ text: string; format: ScenarioFormat }> {
  const { text, mediaType } = await readText(c, Object.keys(formats));
  return { text, format: formats[mediaType] ?? 'yaml' };
}
