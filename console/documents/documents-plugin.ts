/** Lets the console import the project's documents: what is shown was written for just this version. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';
import { renderDocument, renderDocumentList } from './render-document.ts';

/** `import html from 'README.md?documents'`: the list of documents. */
const LIST = '.md?documents';
const image = /<img src="([^":]+)"/g;

export function documents(): Plugin {
  return {
    name: 'loadstar-documents',
    enforce: 'pre',
    transform(text, id) {
      if (id.endsWith(LIST)) {
        const folder = join(dirname(id), 'docs');
        const titleOf = (name: string) => renderDocument(readFileSync(join(folder, `${name}.md`), 'utf8')).title;
        return script(`export default ${JSON.stringify(renderDocumentList(text, titleOf))};`);
      }
      if (!id.endsWith('.md')) return null;
      const { html, title } = renderDocument(text);
      const images = [...html.matchAll(image)].map(([, path = '']) => path);
      const imports = images.map((path, index) => `import image${index} from ${JSON.stringify(`./${path}`)};`);
      // Between the texts stand the addresses that the images have in the bundle.
      const parts = html.split(image).map((part, index) => {
        const number = (index - 1) / 2;
        return Number.isInteger(number) ? `'<img src="' + image${number} + '"'` : JSON.stringify(part);
      });
      return script(
        `${imports.join('\n')}\nexport const title = ${JSON.stringify(title)};\nexport const html = ${parts.join(' + ')};`,
      );
    },
  };
}

const script = (code: string) => ({ code, map: null, moduleType: 'js' as const });
