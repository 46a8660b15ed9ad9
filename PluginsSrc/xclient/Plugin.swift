package import PluginKit
import Settings

/// Lets trusted hosts in front of the server say for whom they speak: Postfix's XCLIENT.
package struct XClient: Plugin {
    package static let id = "org.haraka.xclient"
    package static let version = "1.0"

    package static var hooks: [Hook<Self>] {
        [.capabilities(offer, inline: true), .unrecognizedCommand(command, inline: true)]
    }

    private let host: Host
    private let settings: Current<XClientSettings>

    package init(_ host: Host) throws {
        self.host = host
        settings = try Current(reading: host)
    }

    package func reconfigure() throws { try settings.reread(host) }

    /// The EHLO line, for trusted hosts only.
    @Sendable private func offer(_ connection: borrowing Connection) throws {
        guard settings.get().trusts(connection.remoteIP) else { return }
        try connection.addCapability("XCLIENT " + Attribute.allCases.map(\.rawValue).joined(separator: " "))
    }

    /// Takes the command; whose word it is goes by the client that the connection stands for now, not by its socket.
    @Sendable private func command(_ command: borrowing Command) throws -> Verdict {
        guard command.command == "XCLIENT" else { return .continue }
        if command.transaction != 0 { return .deny("A transaction is open", code: 503, enhanced: "5.5.1") }
        guard settings.get().trusts(command.remoteIP) else {
            return .deny("You may not speak for others", code: 550, enhanced: "5.7.0")
        }
        let client: ClientIdentity
        do throws(Malformed) { client = try ClientIdentity(xclient: command.argument) } catch {
            return .deny(error.sentence, code: 501, enhanced: "5.5.4")
        }
        try command.identify(as: client)
        return .ok
    }
}
