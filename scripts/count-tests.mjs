// Prints `N passed, N failed` from the JSON report of vitest; fails without such a line when there is no
// report. A test file that could not even be loaded counts as one failure.
import { readFileSync } from "node:fs";

let report;
try {
	report = JSON.parse(readFileSync(process.argv[2], "utf8"));
} catch (error) {
	console.error(`no report of the tests: ${error.message}`);
	process.exit(1);
}
const unloaded = report.testResults.filter(
	({ status, assertionResults }) =>
		status === "failed" && !assertionResults.some((test) => test.status === "failed"),
);
console.log(`${report.numPassedTests} passed, ${report.numFailedTests + unloaded.length} failed`);
