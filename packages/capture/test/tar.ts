/** A member of an archive that a test makes, honest or not. */
export interface Member {
	readonly path: string | Uint8Array;
	readonly content?: string | Uint8Array;
	/** The letter of the type in the header; a file by default. */
	readonly type?: string;
	readonly target?: string;
	/** What the header says of the size, if that is not so. */
	readonly size?: number;
}

/** A ustar archive. */
export function tarOf(members: readonly Member[]): Buffer {
	const parts = members.flatMap((member) => {
		const content = Buffer.from(member.content ?? "");
		return [headerOf(member, content.length), content, Buffer.alloc((512 - (content.length % 512)) % 512)];
	});
	return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

function headerOf({ path, type = "0", target = "", size }: Member, length: number): Buffer {
	const header = Buffer.alloc(512);
	Buffer.from(path).copy(header, 0, 0, 100);
	header.write("0000644\0", 100);
	header.write("0000000\0", 108);
	header.write("0000000\0", 116);
	header.write(`${(size ?? length).toString(8).padStart(11, "0")}\0`, 124);
	header.write("00000000000\0", 136);
	header.write(type, 156);
	header.write(target, 157);
	header.write("ustar\0" + "00", 257);
	header.fill(" ", 148, 156);
	const sum = header.reduce((all, byte) => all + byte, 0);
	header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
	return header;
}
