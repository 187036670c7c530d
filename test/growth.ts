import { expect } from "vitest";

const TIMES = 8;
/** Between 8, which is in proportion, and 64, which is quadratic. */
const LIMIT = 26;
/** What is done in less has no ratio, in microseconds. */
const FLOOR = 10_000;

/**
 * Fails unless eight times as much text takes about eight times as long. It is the processor's time, the least of three
 * rounds of each in turn, for others may be at work on the machine.
 *
 * @param make the text, or whatever is read, of a size
 * @param size of the smaller one; it should take some 10 ms, but need not
 */
export function expectInProportion<Input>(
	make: (size: number) => Input,
	read: (input: Input) => unknown,
	size: number,
	what?: string,
): void {
	const [small, large] = [make(size), make(size * TIMES)];
	let [one, many] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
	for (let round = 0; round < 3; round++) {
		one = Math.min(
			one,
			costOf(() => read(small)),
		);
		many = Math.min(
			many,
			costOf(() => read(large)),
		);
	}
	expect(many / Math.max(one, FLOOR), what).toBeLessThan(LIMIT);
}

function costOf(work: () => unknown): number {
	const before = process.cpuUsage();
	work();
	const { user, system } = process.cpuUsage(before);
	return user + system;
}
