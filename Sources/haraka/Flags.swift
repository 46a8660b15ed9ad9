/// Haraka's flags, as the subcommands that they stand for.
enum Flags {
    private static let subcommands: [String: String] = [
        "-c": "serve", "--configs": "serve",
        "-i": "install", "--install": "install",
        "-l": "list", "--list": "list",
        "-h": "help", "--help": "help",
    ]
    /// Flags that go with `-c DIR` and change what it does.
    private static let actions: [String: String] = ["-o": "order", "--order": "order", "-l": "list", "--list": "list"]

    private static let queue: [String: String] = [
        "--qlist": "list", "--qstat": "stats", "--qunstick": "flush", "--qempty": "empty",
    ]

    /// `-c DIR` becomes `serve DIR`, `-o -c DIR` becomes `order -c DIR`, `-p NAME -c DIR` becomes `scaffold NAME -c DIR`.
    static func translated(_ arguments: [String]) -> [String] {
        guard let first = arguments.first, first.hasPrefix("-") else { return arguments }
        if first == "-v" { return ["--version"] }
        var rest = arguments
        if let index = rest.firstIndex(where: { actions[$0] != nil }) {
            let action = actions[rest.remove(at: index)] ?? "list"
            return [action] + rest
        }
        if let index = rest.firstIndex(where: { queue[$0] != nil }) {
            let action = queue[rest.remove(at: index)] ?? "list"
            return ["queue", action] + rest
        }
        if let index = rest.firstIndex(where: { $0 == "-p" || $0 == "--plugin" }) {
            rest.remove(at: index)
            guard index < rest.count else { return ["scaffold"] }
            let name = rest.remove(at: index)
            return ["scaffold", name] + rest
        }
        if let index = rest.firstIndex(where: { subcommands[$0] != nil }) {
            let word = rest.remove(at: index)
            return [subcommands[word] ?? "help"] + rest
        }
        return arguments
    }
}
