/** Small scripts for tests. */

/** A JMeter plan: each user walks `elements` so many times. */
export function jmx(elements: string, { users = 3, loops = 20, rampSeconds = 0 } = {}): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<jmeterTestPlan version="1.2" properties="5.0" jmeter="5.6.3"><hashTree>
<TestPlan guiclass="TestPlanGui" testclass="TestPlan" testname="Plan"/><hashTree>
<ThreadGroup guiclass="ThreadGroupGui" testclass="ThreadGroup" testname="Buyers">
<elementProp name="ThreadGroup.main_controller" elementType="LoopController"><boolProp name="LoopController.continue_forever">false</boolProp><stringProp name="LoopController.loops">${loops}</stringProp></elementProp>
<stringProp name="ThreadGroup.num_threads">${users}</stringProp><stringProp name="ThreadGroup.ramp_time">${rampSeconds}</stringProp></ThreadGroup><hashTree>
${elements}
</hashTree></hashTree></hashTree></jmeterTestPlan>
`;
}

export function jmxRequest(port: number, path: string, label = path, inside = ''): string {
  return `<HTTPSamplerProxy guiclass="HttpTestSampleGui" testclass="HTTPSamplerProxy" testname="${label}"><stringProp name="HTTPSampler.domain">127.0.0.1</stringProp><stringProp name="HTTPSampler.port">${port}</stringProp><stringProp name="HTTPSampler.path">${path}</stringProp><stringProp name="HTTPSampler.method">GET</stringProp><boolProp name="HTTPSampler.use_keepalive">true</boolProp></HTTPSamplerProxy><hashTree>${inside}</hashTree>`;
}

export function k6Script(url: string, options: string): string {
  return `import http from 'k6/http';
export const options = ${options};
export default function () { http.get('${url}/k6'); }
`;
}

/** `shape`: users that it asks for during two seconds. */
export function locustScript(url: string, shape: number | null = null): string {
  const ownShape = `
class Evening(LoadTestShape):
    def tick(self):
        return (${shape}, 10) if self.get_run_time() < 2 else None
`;
  return `from locust import HttpUser, LoadTestShape, task, constant
class Buyer(HttpUser):
    host = '${url}'
    wait_time = constant(0.02)
    @task
    def home(self):
        self.client.get('/locust')
${shape === null ? '' : ownShape}`;
}

/** Rows of a file as variables of JMeter, each used once; a user without a row ends. */
export function jmxRows(file: string): string {
  const text = (name: string, value: string) => `<stringProp name="${name}">${value}</stringProp>`;
  const flag = (name: string, value: boolean) => `<boolProp name="${name}">${value}</boolProp>`;
  const properties = [
    text('filename', file),
    text('delimiter', ','),
    text('variableNames', ''),
    flag('recycle', false),
    flag('stopThread', true),
    text('shareMode', 'shareMode.all'),
  ];
  return `<CSVDataSet guiclass="TestBeanGUI" testclass="CSVDataSet" testname="rows">${properties.join('')}</CSVDataSet><hashTree/>`;
}
