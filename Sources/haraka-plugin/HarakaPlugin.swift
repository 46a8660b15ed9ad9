internal import ArgumentParser

/// The command that plugin authors and operators use: begin, build, look into, check and install a plugin.
@main
struct HarakaPlugin: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "haraka-plugin",
        abstract: "Begin, build, look into, check and install plugins of the mail server.",
        discussion: "A plugin is a shared library that exports haraka_plugin_v1; see docs/haraka-plugin.md.",
        subcommands: [New.self, Build.self, Inspect.self, Check.self, Install.self, Probe.self]
    )
}
