import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { targetOf } from '../request-target.ts';
import { documentKinds } from '../response-grammar.ts';
import { findResources } from './find-resources.ts';
import { type Document, ResourceFinder } from './resource-finder.ts';

const HOST = 'http://shop.test';

/** Without fragments, which nobody is sent. */
function inPage(html: string, path = '/page'): string[] {
  return findResources(html, documentKinds.html, HOST + path).map((url) =>
    url.href.replace(HOST, '').replace(/#.*/, ''),
  );
}

function inSheet(css: string): string[] {
  return findResources(css, documentKinds.css, `${HOST}/css/a.css`).map((url) => url.href.replace(HOST, ''));
}

describe('what a page embeds, as recorded from JMeter 5.6.3', () => {
  it.each([
    ['<link rel="stylesheet" href="/a.css">', ['/a.css']],
    ['<link REL=STYLESHEET HREF=/a.css>', ['/a.css']],
    [
      '<link rel="icon" href="/a"><link rel="shortcut icon" href="/b"><link rel="preload" href="/c">',
      ['/a', '/b', '/c'],
    ],
    ['<link rel="alternate stylesheet" href="/a.css"><link href="/b.css"><link rel="canonical" href="/c">', []],
    ['<link rel="stylesheet" href="/a.css?a=1&amp;b=2">', ['/a.css?a=1&b=2']],
    ['<script src="/a.js"></script><script>var x = "<img src=\'/in-script.png\'>";</script>', ['/a.js']],
    ['<style>body { background: url(/a.png) } @import "/b.css";</style>', []],
    [
      '<body background="/a.png"><table background="/b"><tr background="/c"><td background="/d"><p background="/e">',
      ['/a.png', '/b', '/c', '/d', '/e'],
    ],
    [
      '<img src="/a.png"><img src="/a.png"><IMG SRC=/b.png><img src=\'/c.png\' srcset="/d.png 2x"/>',
      ['/a.png', '/b.png', '/c.png'],
    ],
    [
      '<img src="rel/a.png"><img src="  /b.png  "><img src="\n/c.png\n"><img src="">',
      ['/rel/a.png', '/b.png', '/c.png'],
    ],
    [
      '<img src="/a.png#x"><img src="data:image/png;base64,AAAA"><img src="//other.test/b.png">',
      ['/a.png', 'http://other.test/b.png'],
    ],
    ['<img lowsrc="/a.png"><img data-src="/b.png"><video src="/c" poster="/d"></video><audio src="/e"></audio>', []],
    ['<!-- <img src="/a.png"> --><!--[if IE]><img src="/b.png"><![endif]-->', []],
    [
      '<!--[if !IE]><!--><img src="/a.png"><!--<![endif]--><![if !IE]><img src="/b.png"><![endif]>',
      ['/a.png', '/b.png'],
    ],
    [
      '<noscript><img src="/a"></noscript><iframe><img src="/b"></iframe><noframes><img src="/c"></noframes><xmp><img src="/d"></xmp>',
      [],
    ],
    ['<textarea><img src="/a"></textarea><title><img src="/b"></title><template><img src="/c"></template>', ['/c']],
    ['<iframe src="/a"></iframe><frame src="/b"><embed src="/c"><bgsound src="/d">', ['/a', '/b', '/c', '/d']],
    ['<object data="/a.swf" codebase="/cb/"></object><object codebase="/o.x"></object>', ['/a.swf', '/cb/', '/o.x']],
    [
      '<applet code="a.class" codebase="/acb/"></applet><applet code="A.class"></applet><applet archive="a.jar">',
      ['/acb/a.class', '/A.class'],
    ],
    ['<input type="IMAGE" src="/a.png"><input type="text" src="/b.png"><input src="/c.png">', ['/a.png']],
    [
      '<div style="background: url(\'/a.png\')"><div style=\'x: URL( "/b.png" )\'><div style="x: url(/c.png)">',
      ['/a.png', '/b.png'],
    ],
    ['<img src=/a.png/><picture><source srcset="/p.webp"><img src="/p.png"></picture>', ['/a.png/', '/p.png']],
    ['<img src="/a?b=1&copy=2&amp;d=3"><img src="/b.png" src="/c.png">', ['/a?b=1&copy=2&d=3', '/b.png']],
    ['<svg><script src="/a.js"></script><image href="/b.png"/></svg>', ['/a.js']],
    ['<script src="/a.js" /><img src="/b.png">', ['/a.js']],
    ['<a href="/a">a</a><form action="/b"></form><meta http-equiv="refresh" content="0; url=/c">', []],
    ['<img src="javascript:void(0)"><img src="mailto:x@y"><img src="http://[bad">', []],
    ['no tags', []],
  ])('%s', (html, expected) => expect(inPage(html)).toEqual(expected));

  it('is relative to the base that comes before it', () => {
    expect(inPage('<img src="a"><base href="/one/"><img src="b"><base href="/two/"><img src="c">')).toEqual([
      '/a',
      '/one/b',
      '/two/c',
    ]);
    expect(inPage('<base href="rel/"><img src="r.png">', '/based/sub/page')).toEqual(['/based/sub/rel/r.png']);
    expect(inPage('<base href="http://[bad"><img src="r.png">')).toEqual(['/r.png']);
  });

  it('is encoded where it must be', () => {
    const targets = findResources(
      '<img src="/i sp ace.png"><img src="/i|p.png?a|{b}"><img src="/é.png"><img src="/%zz">',
      documentKinds.html,
      HOST,
    );
    expect(targets.map(targetOf)).toEqual(['/i%20sp%20ace.png', '/i%7Cp.png?a%7C%7Bb%7D', '/%C3%A9.png', '/%25zz']);
  });
});

describe('what a style sheet embeds', () => {
  it('is what it imports, not its pictures', () => {
    expect(
      inSheet(
        '@import "imp.css"; @import url(imp2.css) print; @IMPORT url("/imp3.css");@import \'imp4.css\'; body { background: url(/a.png) }',
      ),
    ).toEqual(['/css/imp.css', '/css/imp2.css', '/imp3.css', '/css/imp4.css']);
  });

  it('is not looked for in comments', () => {
    expect(inSheet('/* @import "a"; */ @import "b"; /* @import "c";')).toEqual(['/css/b']);
  });
});

it('finds the same, however far it is into the page', () => {
  for (let shift = 16_300; shift < 16_420; shift++) {
    const page = `${'x'.repeat(shift)}<img title="a&amp;b" src="/a.png?a=1&amp;b=2"><!-- <img src="/c"> --><script>"<img src=/d>"</script><img src=/b>`;
    expect(inPage(page)).toEqual(['/a.png?a=1&b=2', '/b']);
  }
});

describe('a finder', () => {
  const documentOf = (page: string, changes: Partial<Document> = {}): Document => ({
    url: `${HOST}/`,
    kind: documentKinds.html,
    contentEncoding: '',
    bytes: Buffer.from(page),
    text: () => page,
    ...changes,
  });

  it.each([
    ['.*st[12].png', ['/st1.png']],
    ['(?i).*ST1[.]PNG', ['/st1.png']],
    ['.*[.]png.*', ['/st1.png', '/st2.png', '/st3.png']],
    ['', ['/st1.png', '/st2.png', '/st3.png']],
    ['(', ['/st1.png', '/st2.png', '/st3.png']],
  ])('takes only what the whole pattern matches: %s', (pattern, expected) => {
    const page = '<img src="/st1.png"><img src="/st2.png?x"><img src="/st3.png">';
    expect(new ResourceFinder().find(documentOf(page), pattern).map(({ pathname }) => pathname)).toEqual(expected);
  });

  it('remembers pages, and never mixes them up', () => {
    const finder = new ResourceFinder();
    const page = '<img src="a.png">';
    const text = (): string => {
      throw new Error('it was not remembered');
    };
    const first = finder.find(documentOf(page), '');
    expect(finder.find(documentOf(page, { text }), '')).toBe(first);
    expect(finder.find(documentOf(page, { url: `${HOST}/b/` }), '')[0]?.pathname).toBe('/b/a.png');
    expect(finder.find(documentOf(page.replace('a.png', 'b.png')), '')[0]?.pathname).toBe('/b.png');
    expect(finder.find(documentOf(page, { contentEncoding: 'x', text: () => '' }), '')).toEqual([]);
    expect(finder.find(documentOf(page, { kind: documentKinds.css }), '')).toEqual([]);
    expect(finder.find(documentOf(page), '')).toEqual(first);
    for (let count = 0; count < 200; count++) finder.find(documentOf(page, { url: `${HOST}/${count}/` }), '');
    expect(finder.find(documentOf(page), '')).toEqual(first);
  });

  it('does not remember what depends on the charset', () => {
    const finder = new ResourceFinder();
    const found = (text: string): string | undefined =>
      finder.find(documentOf('same bytes', { text: () => text }), '')[0]?.pathname;
    expect([found('<img src="/é">'), found('<img src="/Ã©">')]).toEqual(['/%C3%A9', '/%C3%83%C2%A9']);
  });
});

describe('hostile pages', () => {
  it('embed no more than is looked for', () => {
    expect(inPage(Array.from({ length: 5_000 }, (_, i) => `<img src="/${i}">`).join(''))).toHaveLength(1_000);
  });

  it('never throw', () => {
    const part = fc.constantFrom(
      '<',
      '>',
      '<img src=',
      '"',
      "'",
      '/a',
      '<base href=',
      '<!--',
      '-->',
      '<style>',
      '</',
      '<script>',
      ' ',
      '=',
      '&',
      '&#x',
      '\0',
      'url(',
      '<![CDATA[',
      '<input type=image src=',
      'http://',
      '\ud800',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        expect(inPage(parts.join('')).every((href) => href.startsWith('/') || href.startsWith('http'))).toBe(true);
        inSheet(parts.join(''));
      }),
    );
  });

  it.each([
    ['tags that never end', '<img '.repeat(200_000)],
    ['attributes without number', `<img ${'a=b '.repeat(200_000)}>`],
    ['attributes that all differ', `<img ${Array.from({ length: 400_000 }, (_, i) => `a${i} `).join('')}>`],
    ['styles without end', `<p style="${"url('".repeat(100_000)}">`],
    ['comments that never end', '/*'.repeat(500_000)],
    ['imports of nothing', '@import '.repeat(200_000)],
    ['white space', `@import${' '.repeat(500_000)}`],
  ])(
    'are read in time: %s',
    (_, text) => {
      inPage(text);
      inSheet(text);
    },
    10_000,
  );
});
