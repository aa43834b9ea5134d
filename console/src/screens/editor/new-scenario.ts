/** What a new scenario begins with: something that runs, and shows where things go. */
export const newScenario = `loadstar:
  name: New scenario
  regions:
    local: 1

execution:
- scenario: shop
  concurrency: 10
  ramp-up: 10s
  hold-for: 1m

scenarios:
  shop:
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
