/** Whether these are packets as tcpdump -w and Wireshark save them: pcap in both byte orders, pcapng. */
export function isPackets(bytes: Uint8Array): boolean {
	const magic = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join("");
	return /^(?:d4c3b2a1|a1b2c3d4|4d3cb2a1|a1b23c4d|0a0d0d0a)$/.test(magic);
}

/** Text in UTF-8, or in UTF-16 with a mark, as Windows' shells save it; undefined for what is no text. */
export function decodeText(bytes: Uint8Array): string | undefined {
	if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
	if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
	if (bytes.includes(0) && !isMostlyText(bytes)) return undefined;
	// A byte order mark stays: offsets count from the first character of the file.
	return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/** How much is looked at to tell a binary file. */
const SAMPLE = 64 * 1024;

/**
 * Whether bytes with a NUL among them are text all the same: iptables lists `-m bpf` with one (`match bpf 6 0 0 0` and
 * a NUL), and copied terminals hold some. A binary file is full of them and of other control characters.
 */
function isMostlyText(bytes: Uint8Array): boolean {
	if (isPackets(bytes)) return false;
	const sample = bytes.subarray(Math.max(0, bytes.indexOf(0) - SAMPLE), bytes.indexOf(0) + SAMPLE);
	let odd = 0;
	for (const byte of sample) if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) odd++;
	return sample.length > 40 && odd * 100 < sample.length;
}
