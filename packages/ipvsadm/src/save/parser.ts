import {
	type Draft,
	type ParseResult,
	type PartReader,
	parseClean,
	parseDocument,
	parseLines,
	type Report,
	type SourceLine,
	trimBlanksEnd,
	wholeLines,
} from "@netfossil/core";
import { type IToken, nodeOf, type Reading } from "@netfossil/core/grammar";
import type {
	Comment,
	ErrorLine,
	Forwarding,
	IpvsadmSave,
	SaveCommand,
	SavedRealServer,
	SaveStatement,
	TunnelOptions,
	VirtualService,
} from "../ast.ts";
import { Messages } from "../errors.ts";
import { IpvsadmParser } from "../parser.ts";
import { placed } from "../placed.ts";
import { readCommand } from "./command.ts";
import * as t from "./tokens.ts";

/**
 * The lines that `ipvsadm -S` prints:
 *
 * ```
 * line       := service | realServer
 * service    := "-A" key SCHEDULER options
 * realServer := "-a" key SERVER ("-m" | "-g" | "-i") WEIGHT [tunnel]
 * tunnel     := TUNNEL_TYPE [TUNNEL_PORT] ["--tun-nocsum" | "--tun-csum" | "--tun-remcsum"]
 * ```
 */
export class SaveParser extends IpvsadmParser {
	constructor(skipValidations = true) {
		super(t.tokens, t.createSaveLexer(), t, skipValidations);
		this.performSelfAnalysis();
	}

	readLine(text: string, start: number, end: number): Reading<VirtualService | SavedRealServer> {
		return this.read(this.line, text, start, end);
	}

	private line = this.RULE("line", (): VirtualService | SavedRealServer =>
		this.OR([{ ALT: () => this.SUBRULE(this.service) }, { ALT: () => this.SUBRULE(this.realServer) }]),
	);

	private service = this.RULE("service", (): VirtualService => {
		this.CONSUME(t.AddService);
		const key = this.SUBRULE(this.key);
		const scheduler = this.value(this.CONSUME(t.Scheduler));
		const node: Draft<VirtualService> = { type: "service", start: 0, end: 0, key, scheduler };
		this.SUBRULE(this.options, { ARGS: [node] });
		return node;
	});

	protected override saved(service: Draft<VirtualService>, { image }: IToken, word: "pe" | "ops"): void {
		if (!image.startsWith("-")) service.undashed = [...(service.undashed ?? []), word];
	}

	private realServer = this.RULE("realServer", (): SavedRealServer => {
		this.CONSUME(t.AddServer);
		const service = this.SUBRULE(this.key);
		const endpoint = this.endpoint(this.CONSUME(t.Server));
		const forwarding = FORWARDING[this.CONSUME(t.Forward).image]!;
		const weight = Number(this.value(this.CONSUME(t.Weight)).value);
		const node: Draft<SavedRealServer> = {
			type: "real-server",
			start: 0,
			end: 0,
			service,
			...endpoint,
			forwarding,
			weight,
		};
		this.OPTION(() => {
			node.tunnel = this.SUBRULE(this.tunnel);
		});
		return node;
	});

	private tunnel = this.RULE("tunnel", (): TunnelOptions => {
		const { value: type } = this.value(this.CONSUME(t.TunnelType));
		const node: Draft<TunnelOptions> = { type };
		this.OPTION(() => {
			node.port = Number(this.value(this.CONSUME(t.TunnelPort)).value);
		});
		this.OPTION1(() => {
			node.checksum = CHECKSUM[this.CONSUME(t.TunnelChecksum).image]!;
		});
		return node;
	});
}

const FORWARDING: Record<string, Forwarding> = { "-m": "masquerade", "-g": "route", "-i": "tunnel" };

const CHECKSUM: Record<string, NonNullable<TunnelOptions["checksum"]>> = {
	"--tun-nocsum": "none",
	"--tun-csum": "checksum",
	"--tun-remcsum": "remote-checksum",
};

let parser: SaveParser | undefined;

/** Reads what `ipvsadm -S`, `ipvsadm -Sn` or `ipvsadm-save` prints. */
export function parseSave(input: string): ParseResult<IpvsadmSave> {
	return parseDocument(input, "ipvsadm-save", readLines);
}

/** Reads what was saved in parts. */
export function saveParts(): PartReader<SaveStatement> {
	return { whole: wholeLines, read: (text) => parseClean(text, readLines) };
}

function readLines(text: string): ParseResult<SaveStatement[]> {
	const messages = new Messages();
	return parseLines(text, "ipvsadm-save", (line, report) => readLine(text, line, messages, report));
}

function readLine(
	text: string,
	line: SourceLine,
	messages: Messages,
	report: Report,
): SaveCommand | Comment | ErrorLine | undefined {
	const whole = text.slice(line.start, line.end);
	const body = trimBlanksEnd(whole);
	const message = messages.read(body, line, report);
	if (message) return placed(message, line, whole.slice(body.length), "");
	const trailing = whole.slice(body.length);
	if (COMMENT.test(body))
		return placed<Comment>({ type: "comment", text: body, start: 0, end: 0 }, line, trailing, "");
	const node = nodeOf(readStatement(text, body, line.start), "ipvsadm", report);
	return node && placed(node, line, trailing, "");
}

const COMMENT = /^[ \t]*#/;

/** What `ipvsadm -S` prints is read by the grammar, what people write otherwise option by option. */
function readStatement(text: string, body: string, start: number): Reading<SaveCommand> {
	parser ??= new SaveParser();
	const saved = parser.readLine(text, start, start + body.length);
	return "node" in saved ? saved : (readCommand(body, start) ?? saved);
}
