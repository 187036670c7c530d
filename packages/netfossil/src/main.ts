#!/usr/bin/env node
import { run } from "./cli.ts";
import { processIo } from "./io.ts";

// Whoever reads our output may stop early (`| head`); that is no error.
for (const stream of [process.stdout, process.stderr])
	stream.on("error", (error: NodeJS.ErrnoException) => {
		if (error.code === "EPIPE") process.exit();
		throw error;
	});

process.exitCode = await run(process.argv.slice(2), processIo());
