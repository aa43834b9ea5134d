/** What a new scenario may begin as. */
import logIn from '../../../../examples/log-in.yml?raw';
import orders from '../../../../examples/orders.yml?raw';
import quickStart from '../../../../examples/quick-start.yml?raw';
import steadyArrivals from '../../../../examples/steady-arrivals.yml?raw';

/** Something that runs, and shows where things go. */
export const fromScratch = `loadstar:
  name: New scenario

execution:
- scenario: main
  concurrency: 10 # users, over all tasks
  ramp-up: 10s
  hold-for: 1m

scenarios:
  main:
    default-address: http://127.0.0.1:8089
    requests:
    - url: /
      label: Home page

reporting:
- module: passfail
  criteria:
  - p95>500ms for 10s, continue as failed
  - fail>1%, continue as failed
`;

export const startingPoints: readonly { name: string; description: string; text: string }[] = [
  { name: 'From scratch', description: 'One request, users who come and stay', text: fromScratch },
  { name: 'Quick start', description: 'Three requests against the practice target', text: quickStart },
  { name: 'Steady arrivals', description: 'An open model: iterations begin at a steady rate', text: steadyArrivals },
  { name: 'Log in and order', description: 'Users from a file, extractors, blocks', text: logIn },
  { name: 'Orders', description: 'Bodies, a file, assertions', text: orders },
];
