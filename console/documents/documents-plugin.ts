/** Lets the console import the project's documents: what is shown was written for just this version. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';
import { renderDocument, renderDocumentList } from './render-document.ts';

/** `import html from 'README.md?documents'`: the list of documents. */
const LIST = '.md?documents';
/** In the text of a JSON string. */
const image = /<img src=\\"([^":\\]+)\\"/g;

export function documents(): Plugin {
  return {
    name: 'loadstar-documents',
    enforce: 'pre',
    transform(markdown, id) {
      if (id.endsWith(LIST)) {
        const folder = join(dirname(id), 'docs');
        const titleOf = (name: string) => renderDocument(readFileSync(join(folder, `${name}.md`), 'utf8')).title;
        return script(`export default ${JSON.stringify(renderDocumentList(markdown, titleOf))};`);
      }
      if (!id.endsWith('.md')) return null;
      const { html, title } = renderDocument(markdown);
      const imports: string[] = [];
      // The address of an image in the bundle is known to the import alone.
      const text = JSON.stringify(html).replace(image, (_all, path: string) => {
        const index = imports.push(`import image${imports.length} from ${JSON.stringify(`./${path}`)};`) - 1;
        return `<img src=\\"" + image${index} + "\\"`;
      });
      return script(
        `${imports.join('\n')}\nexport const title = ${JSON.stringify(title)};\nexport const html = ${text};`,
      );
    },
  };
}

const script = (code: string) => ({ code, map: null, moduleType: 'js' as const });
