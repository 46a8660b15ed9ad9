import Glibc
import PluginKit
import Settings

/// `qmail-queue.path` and `qmail-queue.ini`.
final class QmailQueueSettings: PluginSettings {
    /// The program, absolute.
    let path: String
    /// Whether it also takes the mail of clients that may relay.
    let takesOutbound: Bool
    let timeout: Duration

    init(_ settings: Settings) throws(PluginError) {
        let file = "qmail-queue.ini"
        let path = settings.list("qmail-queue.path").first ?? "/var/qmail/bin/qmail-queue"
        guard path.hasPrefix("/"), !path.utf8.contains(0) else {
            let sentence = "\"\(path)\" must be the whole path of a program; it gets no arguments"
            throw settings.wrong("qmail-queue.path", entry: path, sentence)
        }
        self.path = path
        takesOutbound = try settings.boolean(file, "enable_outbound", default: true)
        timeout = try settings.seconds(file, "timeout", default: 60, in: 1...300)
    }

    var warnings: [String] {
        guard unsafe access(path, X_OK) != 0 else { return [] }
        return ["\(path) is no program that may be run, so all mail gets 451 until it is"]
    }
}
