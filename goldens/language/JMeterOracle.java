import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.minidev.json.JSONArray;
import net.minidev.json.JSONObject;
import net.minidev.json.JSONStyle;
import net.minidev.json.parser.JSONParser;
import org.apache.jmeter.assertions.Assertion;
import org.apache.jmeter.assertions.AssertionResult;
import org.apache.jmeter.config.ConfigTestElement;
import org.apache.jmeter.control.IfController;
import org.apache.jmeter.control.WhileController;
import org.apache.jmeter.engine.util.ValueReplacer;
import org.apache.jmeter.processor.PostProcessor;
import org.apache.jmeter.protocol.http.sampler.HTTPSampleResult;
import org.apache.jmeter.sampler.DebugSampler;
import org.apache.jmeter.testelement.TestElement;
import org.apache.jmeter.testelement.property.BooleanProperty;
import org.apache.jmeter.testelement.property.CollectionProperty;
import org.apache.jmeter.testelement.property.JMeterProperty;
import org.apache.jmeter.testelement.property.StringProperty;
import org.apache.jmeter.threads.JMeterContext;
import org.apache.jmeter.threads.JMeterContextService;
import org.apache.jmeter.threads.JMeterThread;
import org.apache.jmeter.threads.JMeterVariables;
import org.apache.jmeter.util.JMeterUtils;

/**
 * Says what real JMeter makes of texts, conditions, extractors and assertions. Reads a JSON list of cases from the first file and writes
 * the same list with "result" in each to the second; README.md beside it says how it is started.
 *
 * The first entry may hold "bodies" and "scopes", to be named by "bodyOf" and "scope" of the others. A case has one of: "template" (text), "if" (condition), "while" (condition), "element" (class name) with "props". Each may have "variables",
 * "properties" and "response" {code, head, body, url, children: [...]}; templates may have "times": how often they are filled in. What
 * changes from one run to the next (dates of today, random texts) is no case.
 */
@SuppressWarnings("unchecked")
public class JMeterOracle {
    private static JMeterVariables variables;
    private static Map<String, Object> shared = Map.of();

    public static void main(String[] args) throws Exception {
        String home = System.getProperty("jmeter.home");
        JMeterUtils.setJMeterHome(home);
        JMeterUtils.loadJMeterProperties(home + "/bin/jmeter.properties");
        JMeterUtils.setProperty("search_paths", home + "/lib/ext");
        JMeterUtils.initLocale();
        JSONArray cases = (JSONArray) new JSONParser(JSONParser.MODE_PERMISSIVE)
            .parse(Files.readString(Path.of(args[0])), net.minidev.json.JSONValue.defaultReader.DEFAULT_ORDERED);
        StringBuilder out = new StringBuilder("[\n");
        for (int index = 0; index < cases.size(); index++) {
            Map<String, Object> entry = (Map<String, Object>) cases.get(index);
            Map<String, Object> ordered = new LinkedHashMap<>(entry);
            if (index == 0 && (entry.containsKey("bodies") || entry.containsKey("scopes"))) {
                shared = entry;
                out.append(JSONObject.toJSONString(ordered, JSONStyle.LT_COMPRESS)).append(",\n");
                continue;
            }
            Object result;
            try {
                result = run(entry);
            } catch (Throwable thrown) {
                Throwable cause = thrown;
                while (cause.getCause() != null) cause = cause.getCause();
                result = new JSONObject(Map.of("thrown", cause.getClass().getSimpleName()));
            }
            ordered.put("result", result);
            out.append(JSONObject.toJSONString(ordered, JSONStyle.LT_COMPRESS)).append(index + 1 < cases.size() ? ",\n" : "\n");
        }
        Files.writeString(Path.of(args[1]), out.append("]\n"));
        System.exit(0);
    }

    private static Object run(Map<String, Object> entry) throws Exception {
        JMeterContext context = JMeterContextService.getContext();
        context.clear();
        variables = new JMeterVariables();
        variables.put("JMeterThread.last_sample_ok", "true");
        putAll(entry.get("variables"));
        if (entry.get("scope") instanceof String scope) putAll(((Map<?, ?>) shared.get("scopes")).get(scope));
        context.setVariables(variables);
        context.setCurrentSampler(new DebugSampler());
        context.setSamplingStarted(true);
        JMeterThread thread = new JMeterThread(new org.apache.jorphan.collections.HashTree(new org.apache.jmeter.control.LoopController()), null, null);
        thread.setThreadGroup(new org.apache.jmeter.threads.ThreadGroup());
        context.setThread(thread);
        context.setThreadNum(0);
        if (entry.get("properties") instanceof Map<?, ?> properties) {
            properties.forEach((name, value) -> JMeterUtils.setProperty((String) name, (String) value));
        }
        HTTPSampleResult response = responseOf((Map<String, Object>) entry.get("response"));
        if (response != null) context.setPreviousResult(response);
        if (entry.get("template") instanceof String text) return fill(text, entry);
        if (entry.get("if") instanceof String condition) return holds(new IfController(), "IfController.condition", condition);
        if (entry.get("while") instanceof String condition) return goesOn(condition, entry);
        return runElement(entry, response);
    }

    private static Object fill(String text, Map<String, Object> entry) throws Exception {
        ConfigTestElement element = new ConfigTestElement();
        element.setProperty("text", text);
        start(element);
        Map<String, Object> before = variablesNow();
        int times = entry.get("times") instanceof Number number ? number.intValue() : 1;
        List<String> filled = new ArrayList<>();
        for (int time = 0; time < times; time++) {
            filled.add(element.getPropertyAsString("text"));
            element.recoverRunningVersion();
        }
        JSONObject result = new JSONObject();
        result.put("filled", times == 1 ? filled.get(0) : filled);
        putChanges(result, before);
        return result;
    }

    private static Object holds(IfController controller, String name, String condition) throws Exception {
        controller.setProperty(name, condition);
        start(controller);
        var method = IfController.class.getDeclaredMethod("evaluateCondition", String.class);
        method.setAccessible(true);
        return method.invoke(controller, controller.getCondition());
    }

    private static Object goesOn(String condition, Map<String, Object> entry) throws Exception {
        WhileController controller = new WhileController();
        controller.setProperty("WhileController.condition", condition);
        if (entry.get("lastOk") instanceof Boolean ok) variables.put("JMeterThread.last_sample_ok", String.valueOf(ok));
        start(controller);
        var method = WhileController.class.getDeclaredMethod("endOfLoop", boolean.class);
        method.setAccessible(true);
        List<Object> results = new ArrayList<>();
        results.add(!(Boolean) method.invoke(controller, false));
        results.add(!(Boolean) method.invoke(controller, true));
        return results;
    }

    private static Object runElement(Map<String, Object> entry, HTTPSampleResult response) throws Exception {
        TestElement element = (TestElement) Class.forName((String) entry.get("element")).getDeclaredConstructor().newInstance();
        ((Map<String, Object>) entry.get("props")).forEach((name, value) -> element.setProperty(propertyOf(name, value)));
        if (element instanceof org.apache.jmeter.testelement.ThreadListener listener) listener.threadStarted();
        start(element);
        JSONObject result = new JSONObject();
        if (element instanceof PostProcessor processor) {
            Map<String, Object> before = variablesNow();
            processor.process();
            putChanges(result, before);
        } else {
            AssertionResult outcome = ((Assertion) element).getResult(response);
            result.put("fails", outcome.isFailure() || outcome.isError());
        }
        return result;
    }

    private static JMeterProperty propertyOf(String name, Object value) {
        if (value instanceof Boolean flag) return new BooleanProperty(name, flag);
        if (value instanceof List<?> list) {
            CollectionProperty collection = new CollectionProperty(name, new ArrayList<>());
            for (Object item : list) collection.addProperty(new StringProperty(String.valueOf(item), (String) item));
            return collection;
        }
        return new StringProperty(name, String.valueOf(value));
    }

    private static void start(TestElement element) throws Exception {
        new ValueReplacer().replaceValues(element);
        element.setRunningVersion(true);
    }

    private static HTTPSampleResult responseOf(Map<String, Object> given) throws Exception {
        if (given == null) return null;
        HTTPSampleResult result = new HTTPSampleResult();
        result.sampleStart();
        String code = String.valueOf(given.getOrDefault("code", 200));
        result.setResponseCode(code);
        result.setSuccessful(code.compareTo("400") < 0);
        result.setResponseMessage("");
        result.setResponseHeaders((String) given.getOrDefault("head", "HTTP/1.1 200 OK\n"));
        result.setDataEncoding("UTF-8");
        String body = given.get("bodyOf") instanceof String name
            ? (String) ((Map<?, ?>) shared.get("bodies")).get(name)
            : (String) given.getOrDefault("body", "");
        result.setResponseData(body.getBytes(StandardCharsets.UTF_8));
        result.setDataType("text");
        result.setURL(new java.net.URL((String) given.getOrDefault("url", "http://shop.test/a?b=c")));
        result.sampleEnd();
        if (given.get("children") instanceof List<?> children) {
            for (Object child : children) result.addRawSubResult(responseOf((Map<String, Object>) child));
        }
        return result;
    }

    /** What became of the variables: those set to something new, and those that are gone. */
    private static void putChanges(JSONObject result, Map<String, Object> before) {
        Map<String, Object> after = variablesNow();
        JSONObject set = new JSONObject();
        after.forEach((name, value) -> {
            if (value != null && !value.equals(before.get(name))) set.put(name, value);
        });
        JSONArray removed = new JSONArray();
        before.keySet().forEach(name -> {
            if (after.get(name) == null) removed.add(name);
        });
        if (!set.isEmpty()) result.put("set", new TreeMap<>(set));
        if (!removed.isEmpty()) result.put("removed", removed);
    }

    private static void putAll(Object given) {
        if (given instanceof Map<?, ?> values) values.forEach((name, value) -> variables.put((String) name, (String) value));
    }

    private static Map<String, Object> variablesNow() {
        Map<String, Object> all = new TreeMap<>();
        for (Map.Entry<String, Object> entry : variables.entrySet()) {
            String name = entry.getKey();
            if (name.startsWith("JMeterThread.") || name.startsWith("START.") || name.equals("TESTSTART.MS")) continue;
            all.put(name, entry.getValue());
        }
        return all;
    }
}
