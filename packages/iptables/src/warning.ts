const WARNING =
	/^(?:# Warning: .*|# Table `.*' is incompatible.*|ip6?tables(?:-legacy|-nft)?(?:-save|-restore)?(?: v[\d.]+ \([a-z_]+\))?: .*|(?:Zeroing|Flushing|Deleting) chain `.*'|Another app is currently holding the xtables lock.*|Try `ip6?tables.* -h' or .*)$/;

/** Whether a line is what the tool says beside the table, mostly on stderr. */
export function isWarning(line: string): boolean {
	return WARNING.test(line);
}
