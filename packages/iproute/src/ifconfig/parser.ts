import { type Draft, type IpAddress, type Num, readIp, type Word } from "@netfossil/core";
import { type IToken, type Reading, readNumber, StatementParser } from "@netfossil/core/grammar";
import { readLinkAddress } from "../address/values.ts";
import type {
	IfconfigCounter,
	IfconfigDeviceValue,
	IfconfigInet,
	IfconfigInterface,
	IfconfigLine,
	InterfaceTableRow,
} from "./ast.ts";
import { COUNTER_TITLES, rowGaps } from "./columns.ts";
import * as t from "./tokens.ts";

const nowhere = { start: 0, end: 0 };
const K = t.Keywords;

/**
 * The lines of `ifconfig`: of net-tools 2, then those of net-tools 1 and busybox, then the table of `-s`:
 *
 * ```
 * head     := NAME ":" "flags=" BITS "<" FLAGS ">" "mtu" N ["metric" N]
 *           | NAME "Link encap:" KIND ["HWaddr" ADDRESS]
 * inet     := "inet" IP (("netmask" | "broadcast" | "destination") IP)*
 * inet6    := "inet6" IP "prefixlen" N "scopeid" BITS "<" SCOPE ">"
 * counters := ["RX" | "TX"] (NAME N ["(" BYTES ")"])+
 * device   := "device" (NAME VALUE)+
 * link     := KIND [ADDRESS] ["txqueuelen" N] "(" TITLE ")"
 *
 * inet     := "inet addr:" IP (("P-t-P:" | "Bcast:" | "Mask:") IP)*
 * inet6    := "inet6 addr:" IP "/" N "Scope:" SCOPE
 * state    := ("[NO FLAGS]" | FLAG+) "MTU:" N "Metric:" N
 * counters := (["RX" | "TX"] (NAME ":" N ["(" BYTES ")"])+)+
 * device   := (NAME ":" VALUE)+
 *
 * row      := NAME MTU [METRIC] (N{8} | "-" "no" "statistics" "available" "-") FLAGS
 * ```
 */
export class IfconfigParser extends StatementParser {
	#line = "";

	constructor(skipValidations = true) {
		super(t.tokens, t.createIfconfigLexer(), { skipValidations });
		this.performSelfAnalysis();
	}

	readHead(text: string, start: number, end: number): Reading<IfconfigInterface> {
		return this.read(this.head, text, start, end);
	}

	/** Reads a line of a block; what it starts with tells of which kind it is. */
	readLine(text: string, start: number, end: number): Reading<IfconfigLine> {
		this.#line = text.slice(start, end);
		return this.read(this.ruleOf(this.#line), text, start, end);
	}

	readRow(text: string, start: number, end: number): Reading<InterfaceTableRow> {
		this.#line = text.slice(start, end);
		return this.read(this.row, text, start, end);
	}

	private head = this.RULE(
		"head",
		(): IfconfigInterface =>
			this.OR([{ ALT: () => this.SUBRULE(this.flagsHead) }, { ALT: () => this.SUBRULE(this.encapHead) }]),
	);

	private ruleOf(line: string): () => IfconfigLine {
		switch (/^(?:inet6?(?: addr:)?|device|compressed|[RT]X|collisions:|[A-Z][A-Za-z ]*:)/.exec(line)?.[0]) {
			case "inet":
				return this.inet;
			case "inet addr:":
				return this.encapInet;
			case "inet6":
				return this.inet6;
			case "inet6 addr:":
				return this.encapInet6;
			case "device":
				return this.device;
			case "RX":
			case "TX":
				return /^..[ \t]+[a-z]+:/.test(line) ? this.encapCounters : this.counters;
			case "compressed":
				return this.counters;
			case "collisions:":
				return this.encapCounters;
			case "Interrupt:":
			case "Base address:":
			case "Memory:":
			case "DMA chan:":
				return this.encapDevice;
			default:
				// Any kind of link may stand here, and any flag: `UP BROADCAST  MTU:1500  Metric:1`.
				return line.endsWith(")") ? this.link : this.state;
		}
	}

	private flagsHead = this.RULE("flagsHead", (): IfconfigInterface => {
		const head = this.CONSUME(t.FlagsHead);
		this.CONSUME(K.mtu);
		const mtu = this.number(this.CONSUME(t.Integer));
		const metric = this.OPTION(() => {
			this.CONSUME(K.metric);
			return this.number(this.CONSUME1(t.Integer));
		});
		return this.ACTION(() => {
			const { start } = this.span(head);
			const [, name = "", bits = "", flags = ""] = /^(.+): flags=(-?\d+)<(.*)>$/.exec(head.image) ?? [];
			const end = start + name.length;
			const bitsStart = end + ": flags=".length;
			return {
				type: "interface",
				...nowhere,
				layout: "flags",
				name: { value: name, start, end },
				flagBits: readNumber(bits, bitsStart, bitsStart + bits.length),
				flags: flags === "" ? [] : flags.split(","),
				mtu,
				...(metric && { metric }),
				lines: [],
			};
		});
	});

	private encapHead = this.RULE("encapHead", (): IfconfigInterface => {
		const head = this.CONSUME(t.EncapHead);
		const hardware = this.OPTION(() => this.CONSUME(t.HwAddress));
		return this.ACTION(() => {
			const { start, end } = this.span(head);
			const name = head.image.slice(0, head.image.search(/[ \t]/));
			const encapsulation = this.after(head, "Link encap:");
			const address = hardware && this.after(hardware, /^HWaddr[ \t]+/);
			return {
				type: "interface",
				...nowhere,
				layout: "encap",
				name: { value: name, start, end: start + name.length },
				encapsulation: { ...encapsulation, end },
				...(address && { address: readLinkAddress(address.value, address.start) }),
				lines: [],
			};
		});
	});

	private inet = this.RULE("inet", (): IfconfigInet => {
		this.CONSUME(K.inet);
		const node = { type: "inet", ...nowhere, layout: "flags" } as Draft<IfconfigInet>;
		const address = this.ip(this.CONSUME(t.Text));
		this.ACTION(() => {
			node.address = address;
		});
		this.MANY(() => {
			const word = this.OR([
				{ ALT: () => this.CONSUME(K.netmask) },
				{ ALT: () => this.CONSUME(K.broadcast) },
				{ ALT: () => this.CONSUME(K.destination) },
			]);
			const value = this.ip(this.CONSUME1(t.Text));
			this.ACTION(() => this.inetField(node, word, word.image, value));
		});
		return node;
	});

	private inet6 = this.RULE("inet6", (): IfconfigLine => {
		this.CONSUME(K.inet6);
		const address = this.ip(this.CONSUME(t.Text));
		this.CONSUME(K.prefixlen);
		const length = this.number(this.CONSUME(t.Integer));
		this.CONSUME(K.scopeid);
		const token = this.CONSUME1(t.Text);
		return this.ACTION(() => {
			const { start, end } = this.span(token);
			const [, bits, scope] =
				/^(0x[0-9a-f]+)<([^<>]*)>$/.exec(token.image) ?? this.refuse(token, "0xBITS<SCOPE>");
			const middle = start + bits!.length;
			return {
				type: "inet6",
				...nowhere,
				layout: "flags",
				address,
				length,
				scope: { value: scope!, start: middle + 1, end: end - 1 },
				scopeId: { value: bits!, start, end: middle },
			};
		});
	});

	private link = this.RULE("link", (): IfconfigLine => {
		const kind = this.CONSUME(t.Text);
		const address = this.OPTION(() => this.CONSUME1(t.Text));
		const queue = this.OPTION1(() => {
			this.CONSUME(K.txqueuelen);
			return this.number(this.CONSUME(t.Integer));
		});
		const title = this.CONSUME(t.Title);
		return this.ACTION(() => {
			const { start, end } = this.span(title);
			const kindEnd = this.span(kind).end;
			// `tunnel   txqueuelen 1000`: an address without a text, with the blank before it.
			const empty = queue !== undefined && /^[^ \t]+ {3}txq/.test(this.#line);
			return {
				type: "link",
				...nowhere,
				layout: "flags",
				kind: this.word(kind),
				...(address && { address: readLinkAddress(address.image, this.span(address).start) }),
				...(empty && { address: { type: "hardware", value: "", start: kindEnd, end: kindEnd } }),
				...(queue && { txqueuelen: queue }),
				title: { value: title.image.slice(1, -1), start: start + 1, end: end - 1 },
			};
		});
	});

	private counters = this.RULE("counters", (): IfconfigLine => {
		const side = this.OPTION1(() => this.CONSUME(t.Side));
		const counters: IfconfigCounter[] = [];
		this.AT_LEAST_ONE(() => {
			const name = this.CONSUME(t.Text);
			const value = this.CONSUME(t.Integer);
			const human = this.OPTION(() => this.SUBRULE(this.human));
			this.ACTION(() => {
				counters.push(this.counter(side, name.image, this.number(value), human));
			});
		});
		return { type: "counters", ...nowhere, layout: "flags", counters };
	});

	private human = this.RULE(
		"human",
		(): IToken => this.OR([{ ALT: () => this.CONSUME(t.Human) }, { ALT: () => this.CONSUME(t.Title) }]),
	);

	private device = this.RULE("device", (): IfconfigLine => {
		this.CONSUME(K.device);
		const values: IfconfigDeviceValue[] = [];
		this.AT_LEAST_ONE(() => {
			const name = this.CONSUME(t.Text);
			const value = this.OR([{ ALT: () => this.CONSUME1(t.Text) }, { ALT: () => this.CONSUME(t.Integer) }]);
			this.ACTION(() => {
				values.push({ name: name.image, value: this.word(value), ...this.spanFrom(name) });
			});
		});
		return { type: "device", ...nowhere, layout: "flags", values };
	});

	private encapInet = this.RULE("encapInet", (): IfconfigInet => {
		const first = this.CONSUME(t.InetAddress);
		const node = { type: "inet", ...nowhere, layout: "encap" } as Draft<IfconfigInet>;
		this.ACTION(() => {
			node.address = this.ipAfter(first, "inet addr:");
		});
		this.MANY(() => {
			const field = this.CONSUME(t.InetField);
			this.ACTION(() => {
				const name = field.image.slice(0, field.image.indexOf(":") + 1);
				this.inetField(node, field, name, this.ipAfter(field, name));
			});
		});
		return node;
	});

	private encapInet6 = this.RULE("encapInet6", (): IfconfigLine => {
		const token = this.CONSUME(t.Inet6Address);
		const scope = this.CONSUME(t.Scope);
		return this.ACTION(() => {
			const { value, start, end } = this.after(token, /^inet6 addr:[ \t]*/);
			const [, ip, digits] = /^(.*)\/(\d+)$/.exec(value) ?? this.refuse(token, "ADDRESS/LENGTH");
			return {
				type: "inet6",
				...nowhere,
				layout: "encap",
				address: readIp(ip!, start) ?? this.refuse(token, "an address"),
				length: readNumber(digits!, end - digits!.length, end),
				scope: this.after(scope, "Scope:"),
			};
		});
	});

	private state = this.RULE("state", (): IfconfigLine => {
		const flags: string[] = [];
		this.OR([
			{ ALT: () => this.CONSUME(t.NoFlags) },
			{
				ALT: () =>
					this.AT_LEAST_ONE(() => {
						flags.push(this.CONSUME(t.Text).image);
					}),
			},
		]);
		const mtu = this.CONSUME(t.Mtu);
		const metric = this.CONSUME(t.Metric);
		return this.ACTION(() => ({
			type: "state",
			...nowhere,
			layout: "encap",
			flags,
			mtu: this.numberAfter(mtu, "MTU:"),
			metric: this.numberAfter(metric, "Metric:"),
		}));
	});

	private encapCounters = this.RULE("encapCounters", (): IfconfigLine => {
		const counters: IfconfigCounter[] = [];
		let side: IToken | undefined;
		this.AT_LEAST_ONE(() => {
			const next = this.OPTION(() => this.CONSUME(t.Side));
			side = next ?? side;
			const count = this.CONSUME(t.Count);
			const human = this.OPTION1(() => this.SUBRULE(this.human));
			this.ACTION(() => {
				const name = count.image.slice(0, count.image.indexOf(":"));
				counters.push(this.counter(side, name, this.numberAfter(count, `${name}:`), human));
			});
		});
		return { type: "counters", ...nowhere, layout: "encap", counters };
	});

	private encapDevice = this.RULE("encapDevice", (): IfconfigLine => {
		const values: IfconfigDeviceValue[] = [];
		this.AT_LEAST_ONE(() => {
			const field = this.CONSUME(t.DeviceField);
			this.ACTION(() => {
				const name = field.image.slice(0, field.image.indexOf(":"));
				values.push({ name, value: this.after(field, `${name}:`), ...this.span(field) });
			});
		});
		return { type: "device", ...nowhere, layout: "encap", values };
	});

	private cell = this.tokenRule("cell", [...t.tokens.slice(1)]);

	private row = this.RULE("row", (): InterfaceTableRow => {
		const cells: IToken[] = [];
		this.AT_LEAST_ONE(() => {
			cells.push(this.SUBRULE(this.cell));
		});
		return this.ACTION(() => this.build(cells));
	});

	private build(cells: readonly IToken[]): InterfaceTableRow {
		const silent = / - no statistics available -/.test(this.#line);
		const numbers = silent ? 5 : COUNTER_TITLES.length;
		const metric = cells.length === numbers + 4;
		if (!metric && cells.length !== numbers + 3)
			this.refuse(cells.at(-1)!, "a row of the table of interfaces");
		const [name, mtu, third] = cells;
		const counted = silent ? [] : cells.slice(metric ? 3 : 2, -1);
		for (const token of [mtu!, ...(metric ? [third!] : []), ...counted]) {
			if (token.tokenType !== t.Integer) this.refuse(token, "a number");
		}
		const node: Draft<InterfaceTableRow> = {
			type: "row",
			...nowhere,
			name: this.word(name!),
			mtu: this.number(mtu!),
			flags: this.word(cells.at(-1)!),
		};
		if (metric) node.metric = this.number(third!);
		if (!silent) {
			node.counters = counted.map((token, at) =>
				this.counter(undefined, COUNTER_TITLES[at]!, this.number(token), undefined),
			);
		}
		const columns = silent ? [name!, mtu!, ...(metric ? [third!] : []), cells.at(-6)!, cells.at(-1)!] : cells;
		const gaps = columns.slice(1).map((token, at) => {
			const left = columns[at]!;
			const words = silent && at === columns.length - 2 ? "- no statistics available -" : left.image;
			return this.#line.slice(left.startOffset + words.length, token.startOffset);
		});
		const own = rowGaps(node);
		if (gaps.some((gap, at) => gap !== own[at])) node.gaps = gaps;
		return node;
	}

	private inetField(node: Draft<IfconfigInet>, token: IToken, name: string, value: IpAddress): void {
		const key = INET_FIELDS[name]!;
		if (node[key] !== undefined) this.refuse(token, "one of each");
		node[key] = value;
	}

	private counter(
		side: IToken | undefined,
		name: string,
		number: Num,
		human: IToken | undefined,
	): IfconfigCounter {
		const node: Draft<IfconfigCounter> = { name, value: number.value, start: number.start, end: number.end };
		if (number.text !== undefined) node.text = number.text;
		if (side !== undefined) node.of = side.image as "RX" | "TX";
		if (human !== undefined) {
			node.human = human.image.slice(1, -1);
			node.end = this.span(human).end;
		}
		return node;
	}

	private ip(token: IToken): IpAddress {
		return this.ACTION(() => readIp(token.image, this.span(token).start) ?? this.refuse(token, "an address"));
	}

	private ipAfter(token: IToken, before: string): IpAddress {
		const { value, start } = this.after(token, before);
		return readIp(value, start) ?? this.refuse(token, "an address");
	}

	private numberAfter(token: IToken, before: string) {
		const { value, start, end } = this.after(token, before);
		return readNumber(value, start, end);
	}

	/** What of a token stands behind a text. */
	private after(token: IToken, before: string | RegExp): Word {
		const { start, end } = this.span(token);
		const length =
			typeof before === "string"
				? token.image.indexOf(before) + before.length
				: (before.exec(token.image)?.[0].length ?? 0);
		return { value: token.image.slice(length), start: start + length, end };
	}
}

const INET_FIELDS: Readonly<Record<string, "peer" | "broadcast" | "netmask">> = {
	netmask: "netmask",
	broadcast: "broadcast",
	destination: "peer",
	"P-t-P:": "peer",
	"Bcast:": "broadcast",
	"Mask:": "netmask",
};
