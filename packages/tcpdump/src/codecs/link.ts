import { printNumber } from "@netfossil/core/grammar";
import type {
	Encapsulation,
	Ethertype,
	Llc,
	Mpls,
	MplsLabel,
	Ppp,
	Pppoe,
	PppoeTag,
	ServiceAccessPoint,
} from "../ast.ts";
import { Fields } from "../read/fields.ts";

/*
 * encapsulation := mpls | pppoe | ppp | llc
 * mpls  := "MPLS" { " (label " N [" (" NAME ")"] ", " ("tc" | "exp") " " N [", [S]"] ", ttl " N ")" } (" " | "\n\t")
 * pppoe := "PPPoE " CODE [" [ses " N "]"] { " [" NAME [" " VALUE] "]" } [" "]
 * ppp   := ["In  " | "Out "] NAME " (" N "), length " N ": "
 * llc   := "LLC, dsap " NAME " (" N ") " FLAG ", ssap " NAME " (" N ") " FLAG ", ctrl " N ": "
 *          ["oui " NAME " (" N "), " ("pid" | "ethertype") " " NAME " (" N "), length " N ": "]
 */

const LABEL = /(?: |(\r?\n)\t)\(label (\d+)(?: \(([^()\r\n]*)\))?, (tc|exp) (\d)(, \[S\])?, ttl (\d+)\)/dg;

export function mplsOf(f: Fields): Mpls {
	const gap = f.text(2) ?? "";
	const labels = Array.from(f.text(1)!.matchAll(LABEL), (match): MplsLabel => {
		const own = new Fields(match, f.span(1).start);
		return {
			label: own.num(2),
			...(own.has(3) && { name: own.text(3)! }),
			trafficClass: own.num(5),
			...(own.text(4) === "exp" && { experimental: true as const }),
			...(own.has(6) && { bottom: true as const }),
			ttl: own.num(7),
			...(own.has(1) && { break: own.text(1) as "\n" | "\r\n" }),
			start: own.span(2).start - "(label ".length,
			end: own.whole.end,
		};
	});
	return {
		type: "mpls",
		labels,
		...(gap.endsWith("\t") && { break: gap.startsWith("\r") ? ("\r\n" as const) : ("\n" as const) }),
		...f.whole,
	};
}

function printMpls({ labels, break: gap }: Mpls): string {
	const words = labels.map(({ label, name, trafficClass, experimental, bottom, ttl, break: above }) => {
		const before = above === undefined ? " " : `${above}\t`;
		const called = name === undefined ? "" : ` (${name})`;
		const traffic = `${experimental ? "exp" : "tc"} ${printNumber(trafficClass)}`;
		return `${before}(label ${printNumber(label)}${called}, ${traffic}${bottom ? ", [S]" : ""}, ttl ${printNumber(ttl)})`;
	});
	return `MPLS${words.join("")}${gap === undefined ? " " : `${gap}\t`}`;
}

export function pppoeOf(f: Fields): Pppoe {
	if (f.has(4)) return { type: "pppoe", session: f.num(4), tags: [], ...f.whole };
	const tags = Array.from(
		f.text(3)!.matchAll(/ \[([\w-]+)(?: ("[^"\r\n]*"|0x[0-9A-F]*))?\]/g),
		([, name = "", value]): PppoeTag => (value === undefined ? { name } : { name, value }),
	);
	return {
		type: "pppoe",
		code: f.word(1),
		...(f.has(2) && { session: f.num(2) }),
		tags,
		...f.whole,
	};
}

/** A session has no code, and a blank before its packet. */
function printPppoe({ code, session, tags }: Pppoe): string {
	const number = session === undefined ? "" : ` [ses ${printNumber(session)}]`;
	const list = tags.map(({ name, value }) => ` [${name}${value === undefined ? "" : ` ${value}`}]`);
	return code === undefined ? `PPPoE ${number} ` : `PPPoE ${code.value}${number}${list.join("")}`;
}

export function pppOf(f: Fields): Ppp {
	return {
		type: "ppp",
		protocol: { name: f.text(2)!, code: f.num(3), start: f.span(2).start, end: f.span(3).end },
		length: f.num(4),
		...(f.has(1) && { direction: { ...f.word(1), value: f.text(1)! } }),
		...f.whole,
	};
}

function printPpp({ protocol, length, direction }: Ppp): string {
	const from = direction === undefined ? "" : `${direction.value.padEnd(3)} `;
	return `${from}${printType(protocol)}, length ${printNumber(length)}: `;
}

export function llcOf(f: Fields): Llc {
	const point = (group: number): ServiceAccessPoint => ({
		name: f.text(group)!,
		number: f.num(group + 1),
		flag: f.text(group + 2)!,
	});
	const type = (group: number): Ethertype => ({
		name: f.text(group)!,
		code: f.num(group + 1),
		start: f.span(group).start,
		end: f.span(group + 1).end,
	});
	return {
		type: "llc",
		destination: point(1),
		source: point(4),
		control: f.num(7),
		...(f.has(8) && {
			snap: {
				organization: type(8),
				protocol: type(11),
				of: f.text(10) as "pid" | "ethertype",
				length: f.num(13),
			},
		}),
		...f.whole,
	};
}

function printLlc({ destination, source, control, snap }: Llc): string {
	const point = ({ name, number, flag }: ServiceAccessPoint): string =>
		`${name} (${printNumber(number)}) ${flag}`;
	const head = `LLC, dsap ${point(destination)}, ssap ${point(source)}, ctrl ${printNumber(control)}: `;
	if (snap === undefined) return head;
	const { organization, protocol, of, length } = snap;
	return `${head}oui ${printType(organization)}, ${of} ${printType(protocol)}, length ${printNumber(length)}: `;
}

function printType({ name, code }: Ethertype): string {
	return `${name} (${code === undefined ? "" : printNumber(code)})`;
}

export function printEncapsulation(node: Encapsulation): string {
	switch (node.type) {
		case "mpls":
			return printMpls(node);
		case "pppoe":
			return printPppoe(node);
		case "ppp":
			return printPpp(node);
		case "llc":
			return printLlc(node);
	}
}
