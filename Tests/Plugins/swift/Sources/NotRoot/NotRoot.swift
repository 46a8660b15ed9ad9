import CNotRoot
import PluginKit

/// Its constructor, which runs before the server can ask anything, dies when it finds itself root.
struct NotRoot: Plugin {
    static let id = "org.example.notroot.swift"
    static let version = "1.0"
    static var hooks: [Hook<NotRoot>] { [.rcpt(run, inline: true)] }

    init(_ host: Host) {}

    func run(_ recipient: borrowing Recipient) {}
}

@c(haraka_plugin_v1) public func entry(_: UInt16) -> UnsafePointer<hk_plugin>? { NotRoot.descriptor }
