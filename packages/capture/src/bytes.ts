/** Bytes as they come. */
export type ByteStream = AsyncIterable<Uint8Array>;

const EMPTY = new Uint8Array(0);

/** Reads a stream in pieces of the size that is asked for, and looks ahead. */
export class ByteReader {
	readonly #source: AsyncIterator<Uint8Array>;
	/** What has come and was not taken. */
	#parts: Uint8Array[] = [];
	#available = 0;
	#ended = false;
	#fault: { readonly error: unknown } | undefined;

	constructor(source: ByteStream) {
		this.#source = source[Symbol.asyncIterator]();
	}

	/** What broke the stream off; what had come before it can be read as if it ended there. */
	get fault(): unknown {
		return this.#fault?.error;
	}

	/** The next bytes, which stay: as many as asked for, or all that are left. */
	async peek(count: number): Promise<Uint8Array> {
		await this.#fill(count);
		if (this.#parts.length > 1) this.#parts = [concat(this.#parts, this.#available)];
		return (this.#parts[0] ?? EMPTY).subarray(0, count);
	}

	/** Takes the next bytes: as many as asked for, or all that are left. */
	async read(count: number): Promise<Uint8Array> {
		await this.#fill(count);
		const taken: Uint8Array[] = [];
		let length = 0;
		while (length < count && this.#parts.length > 0) {
			const part = this.#take(count - length);
			taken.push(part);
			length += part.length;
		}
		return taken.length === 1 ? taken[0]! : concat(taken, length);
	}

	/** Takes what is at hand, up to a number of bytes; nothing at the end. */
	async some(count: number): Promise<Uint8Array> {
		await this.#fill(1);
		return this.#parts.length === 0 || count === 0 ? EMPTY : this.#take(count);
	}

	/** Whether all has come, and fits into a number of bytes. */
	async endsWithin(count: number): Promise<boolean> {
		await this.#fill(count + 1);
		return this.#available <= count;
	}

	/** Lets the source go, if it was not read to its end. */
	async close(): Promise<void> {
		this.#parts = [];
		this.#available = 0;
		if (this.#ended) return;
		this.#ended = true;
		await this.#source.return?.();
	}

	#take(count: number): Uint8Array {
		const part = this.#parts[0]!;
		const taken = part.subarray(0, count);
		if (part.length > count) this.#parts[0] = part.subarray(count);
		else this.#parts.shift();
		this.#available -= taken.length;
		return taken;
	}

	async #fill(count: number): Promise<void> {
		while (this.#available < count && !this.#ended) {
			try {
				const { done, value } = await this.#source.next();
				if (done) this.#ended = true;
				else if (value.length > 0) {
					this.#parts.push(value);
					this.#available += value.length;
				}
			} catch (error) {
				this.#ended = true;
				this.#fault = { error };
			}
		}
	}
}

function concat(parts: readonly Uint8Array[], length: number): Uint8Array {
	const whole = new Uint8Array(length);
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}
