/** The little shop that the practice target plays: a page and a list of products, both made once. */

const names = ['Lamp', 'Kettle', 'Chair', 'Clock', 'Rucksack', 'Notebook', 'Umbrella', 'Teapot'];
const colours = ['red', 'green', 'blue', 'white', 'black'];

/** 40 products, about 4 KB as JSON; the same on every start. */
export const products = Array.from({ length: names.length * colours.length }, (_, index) => {
  const name = names[index % names.length] ?? '';
  const colour = colours[Math.floor(index / names.length)] ?? '';
  return {
    id: `p-${100 + index}`,
    name: `${name}, ${colour}`,
    priceCents: 900 + ((index * 737) % 8_000),
    inStock: index % 7 !== 3,
  };
});

export const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>The practice shop</title></head>
<body>
<h1>The practice shop</h1>
<p>A small server to point a load test at. It counts what it serves: see <a href="/__count">/__count</a>.</p>
<ul>
<li><a href="/api/products">GET /api/products</a>: a list of ${products.length} products</li>
<li>POST /api/orders: takes a JSON object, answers 201</li>
<li>POST /api/login: takes a form with user and password (USER-secret), answers a token for GET /api/account</li>
<li>GET /delay/MILLISECONDS, /status/CODE, /redirect/TIMES, /bytes/COUNT, /flaky/PERCENT</li>
</ul>
</body>
</html>
`;
