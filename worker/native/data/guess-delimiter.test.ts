import { describe, expect, it } from 'vitest';
import { guessDelimiter } from './guess-delimiter.ts';

/** What Python 3.11's `csv.Sniffer` says of them, asked as Taurus asks. */
const asPython: readonly (readonly [text: string, delimiter: string])[] = [
  ['name,age\nann,3\nbob,4\n', ','],
  ['a;b;c\n1;2;3\n', ';'],
  ['a\tb\n1\t2\n', '\t'],
  ['name\nann\nbob\n', ','],
  ['', ','],
  ['a,b;c\n1,2;3\n', ','],
  ['a;b,c\n1;2\n3;4,5\n', ';'],
  ['"a","b"\n"x, y","z"\n', ','],
  ['"a";"b"\n"1,5";"2,5"\n', ';'],
  ["'a';'b'\n", ';'],
  ["it's,a\nit's,b\n", ','],
  ['id;text\n1;"a, b, c"\n2;"d"\n', ';'],
  ['a|b\n1|2\n', ','],
  ['user,pass\r\nann,x\r\nbob,y\r\n', ','],
  ['url\nhttp://x/a;b\nhttp://y/c\n', ','],
  ['a,b,c\n1,2\n3\n', ','],
  ['1;2\n', ';'],
  ['x\ty;z,w\n1\t2;3,4\n', ','],
  ['a,b\n1,"x;y;z"\n2,"p;q;r"\n', ','],
  ['price;name\n1,5;tea\n2,5;milk\n10,0;nuts\n', ';'],
  ['a,b\na,b\na,b\na,b\na,b\na,b\na,b\na,b\na,b\na,b\na,b\na,b\nc;d\nc;d\nc;d\n', ','],
  ["O'Neil,ä;,2.5\n", ','],
  ['ä;tea,;"q";http://h/p?q=1,\n"q";1\nmilk;O\'Neil;\n2.5;2.5\nä;tea;\nx@y.z;x@y.z\nä;;"q"\n', ';'],
  ['1;|milk;|1|1|ä\n2.5;|ä|"q"|2.5|ä\n"a, b"|1|x@y.z;|ä;|"a, b"\ntea|a b,|2.5,|x@y.z|2.5\n', ','],
  ['2.5,\nO\'Neil;\n"a, b"\nhttp://h/p?q=1\n"q"\n"q";\ntea\n"q"\na b\n1,\nO\'Neil,\n1\n1\n"a, b"\n2.5\nx@y.z;\n', ';'],
  ['ä,tea;,"a, b";,1;,2.5\nhttp://h/p?q=1;,http://h/p?q=1,ä,2.5,http://h/p?q=1\nO\'Neil,O\'Neil,a b,ä,,milk', ','],
  [
    'tea;\n1\n2.5\n"q";\n2.5\nhttp://h/p?q=1\nO\'Neil\n"q"\ntea\nhttp://h/p?q=1\n1\nO\'Neil\nä;\na b;\nx@y.z;\n"q"\n"q"\nx@y.z\n2.5\nä\n',
    ';',
  ],
  ['O\'Neil;\tO\'Neil\tä\ta b\nx@y.z\t"a, b"\t2.5,\ta b;\nO\'Neil\t2.5\tmilk\ta b,\nä,\tmilk\ta b\t"a, b";\n', '\t'],
  ['a b;,x@y.z,x@y.z', ','],
  ['x@y.z|milk;|milk|1\n"a, b",|ä|1|2.5\ntea;|"q";|"q"|"q"\nmilk|http://h/p?q=1|a b', ','],
  ['x@y.z\n"a, b"\nx@y.z,\n"q"\nmilk;\ntea', ','],
  ['2.5\nx@y.z\n1\nx@y.z,\n2.5\n"a, b"\nx@y.z\n"a, b"\nx@y.z\n"a, b"\nmilk\nmilk\n"q"\nO\'Neil\n', ','],
  ['2.5\nhttp://h/p?q=1|milk\n', ','],
  ['a b;1\n"q";a b\na b;milk\n2.5;milk\nhttp://h/p?q=1;O\'Neil\nO\'Neil;O\'Neil\nmilk,;ä\nä,;"q"\n', ';'],
  [
    '1\t"q"\thttp://h/p?q=1;\ta b\n"a, b"\t"a, b"\t2.5,\tx@y.z\nx@y.z\t"a, b"\t1\ttea\n"a, b"\t"q";\tx@y.z\t"q"\na b\tO\'Neil;\t1\tä\n',
    '\t',
  ],
  ['2.5\n2.5,\nhttp://h/p?q=1\n2.5,\na b\n2.5,\n"a, b"\ntea\nO\'Neil,2.5,tea,a b\n', ','],
  ["ä|O'Neil|ä", ','],
  ['2.5\na b;\nx@y.z\n', ','],
  ["x@y.z,\n1\nO'Neil\nä\nhttp://h/p?q=1\n1\n2.5\ntea,\n", ','],
  ['ä,http://h/p?q=1', ','],
  ['"a, b"\ntea\nmilk\n"q"\nO\'Neil\n"a, b"\n1\nä,\nO\'Neil,\n1;\nx@y.z\nx@y.z\n2.5\n"q"\nmilk\nhttp://h/p?q=1\n', ','],
];

describe('the delimiter of a data file', () => {
  it.each(asPython)('%j: %j', (text, delimiter) => {
    expect(guessDelimiter(text)).toBe(delimiter);
  });

  it('is found in the beginning of a large file', () => {
    expect(guessDelimiter('a;b\n'.repeat(100_000))).toBe(';');
    expect(guessDelimiter(`"${'a'.repeat(100_000)}`)).toBe(',');
    expect(guessDelimiter('"\n'.repeat(4_096))).toBe(',');
  });
});
