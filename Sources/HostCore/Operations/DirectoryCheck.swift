internal import Config
internal import PluginHost
internal import System
internal import Wire

/// What `haraka check` says of a service directory: its files, its plugins, and whether it relays for everybody.
public struct DirectoryCheck {
    private let problems: [Problem]
    private let directory: String

    /// Reads and validates; plugins are found, verified and looked into, but no code of theirs runs.
    public init(_ directory: String, installation: Installation, strict: Bool) throws(StartError) {
        self.directory = directory
        let (configuration, found) = try Configuration.examine(directory, installation, strict: strict)
        var problems = found
        if let configuration {
            let account = try ServiceAccount.configured(
                user: configuration.settings.user,
                group: configuration.settings.group
            )
            problems += PluginPlan(configuration, installation: installation, account: account, staging: nil).problems
            problems += configuration.snapshot.permissionProblems()
            problems += Self.relayProblems(configuration)
            problems += Self.chainProblems(configuration)
            problems += [configuration.outbound.authorityProblem, configuration.outbound.resolverProblem]
                .compactMap(\.self)
            if account.user == nil, !Privileges.isRoot { problems += Self.portProblems(configuration) }
        }
        self.problems = problems
    }

    public var isGood: Bool { !problems.contains { $0.severity == .error } }

    public var text: String {
        var lines = problems.sorted { $0.severity > $1.severity }.map { "\(Self.word($0.severity)): \($0)" }
        let errors = problems.count { $0.severity == .error }
        let warnings = problems.count { $0.severity == .warning }
        lines.append(
            isGood
                ? "\(directory) is good\(warnings > 0 ? ", \(warnings) warnings" : "")"
                : "\(errors) errors, \(warnings) warnings"
        )
        return lines.joined(separator: "\n")
    }

    private static func word(_ severity: Problem.Severity) -> String {
        switch severity {
        case .error: "error"
        case .warning: "warning"
        case .notice: "notice"
        }
    }

    /// A server that relays for everybody is found and used within hours.
    private static func relayProblems(_ configuration: Configuration) -> [Problem] {
        guard configuration.plugins.contains(where: { $0.name == "relay" }) else { return [] }
        var problems: [Problem] = []
        let relay = configuration.snapshot.document("relay.ini")
        if let all = relay?.node("all", in: "relay"), BooleanWord.value(of: all.value.scalarText ?? "") == true {
            problems.append(
                Problem(
                    .error,
                    file: all.origin.path,
                    line: all.origin.line,
                    key: "all",
                    message: "all=true makes an open relay: everybody may send mail to everywhere",
                    fix: "set all=false and name your networks in config/relay_acl_allow"
                )
            )
        }
        for line in configuration.snapshot.list("relay_acl_allow") ?? [] where isEverybody(line.text) {
            problems.append(
                Problem(
                    .error,
                    file: line.origin.path,
                    line: line.origin.line,
                    message: "\(line.text) makes an open relay: everybody may send mail to everywhere",
                    fix: "name your own networks only"
                )
            )
        }
        return problems
    }

    /// A network with a prefix of no bits, whatever address stands before it.
    private static func isEverybody(_ network: String) -> Bool {
        guard let slash = network.lastIndex(of: "/") else { return false }
        return Int(network[network.index(after: slash)...]) == 0
    }

    /// Without a plugin that accepts recipients and one that queues, no mail is received.
    private static func chainProblems(_ configuration: Configuration) -> [Problem] {
        let names = configuration.plugins.map(\.name)
        // queue/deliver hands over what other plugins have left in the queue: it takes nothing.
        guard !names.contains(where: { $0.hasPrefix("queue/") && $0 != "queue/deliver" }) else { return [] }
        let message = "no plugin of queue/ is named, so that every message may be answered with 451"
        return [Problem(.warning, file: "config/plugins", message: message, fix: "add queue/maildir")]
    }

    /// Ports below 1024 are root's.
    private static func portProblems(_ configuration: Configuration) -> [Problem] {
        configuration.settings.listen.compactMap { address in
            guard case .tcp(_, let port) = address, port > 0, port < 1024 else { return nil }
            return Problem(
                .warning,
                file: "config/smtp.ini",
                key: "listen",
                message: "port \(port) can be bound by root only, or with CAP_NET_BIND_SERVICE",
                fix: "start as root, or listen on a port above 1023"
            )
        }
    }
}
