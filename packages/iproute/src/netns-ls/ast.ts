import type { Blank, LineNode, Num, Span, Unparsed, Word } from "@netfossil/core";

/**
 * What `ls` prints of the folder of network namespaces, `/var/run/docker/netns` or `/run/netns`. Source of
 * the format: `ls` of GNU coreutils 9 and of busybox.
 */
export interface NetnsLsDump extends Span {
	readonly type: "netns-ls";
	readonly statements: readonly (NamesRow | FileEntry | Total | Folder | Blank | Unparsed)[];
}

/** `1-sh0h7as3pr  1-uhtur2cqne  727bc5c9f5d0  default       ingress_sbox`: one row, of one or more names. */
export interface NamesRow extends LineNode {
	readonly type: "names";
	readonly names: readonly FileName[];
}

/** The name of a namespace's file: the first twelve characters of a sandbox id, `1-` and ten of a network's … */
export interface FileName extends EntryName {
	/** The blanks between this name and the next, where they are not two. */
	readonly gap?: string;
}

/** The name of a file; on a terminal `ls` quotes names that a shell would take apart: `'my ns'`. */
export interface EntryName extends Word {
	readonly quote?: "'" | '"';
}

/**
 * `-r--r--r-- 1 root root 0 Apr 15 09:47 ingress_sbox` (`ls -l`),
 * `4026532131 -r--r--r-- 1 root root 0 Nov 20 23:52 ingress_sbox` (`ls -li`)
 */
export interface FileEntry extends LineNode {
	readonly type: "file";
	/** The number of the namespace itself, as in `net:[4026532131]`; with `-i`. */
	readonly inode?: Num;
	/** `-r--r--r--`, `lrwxrwxrwx`, with a mark of ACLs where there is one. */
	readonly mode: string;
	readonly links: Num;
	readonly owner: string;
	readonly group: string;
	readonly size: Num;
	/** As printed, in the form of the machine's locale: `Apr 15 09:47`, `2024-04-15 09:47`. */
	readonly date: string;
	readonly name: EntryName;
	/** What a symbolic link points to, as printed. */
	readonly target?: string;
	/** The blanks between the columns, from before `links` to before the name, where some are not one. */
	readonly gaps?: readonly string[];
}

/** `total 0` */
export interface Total extends LineNode {
	readonly type: "total";
	readonly blocks: Word;
}

/** `/var/run/docker/netns:` */
export interface Folder extends LineNode {
	readonly type: "folder";
	readonly path: Word;
}
