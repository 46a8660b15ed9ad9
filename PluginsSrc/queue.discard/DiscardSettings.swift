import PluginKit
import Settings

/// `discard.ini`.
final class DiscardSettings: PluginSettings {
    /// Every message, and not only those that a plugin has marked.
    let all: Bool

    init(_ settings: Settings) throws(PluginError) {
        all = try settings.boolean("discard.ini", "all", default: false)
    }

    var warnings: [String] {
        all ? ["discard.ini has all=true: every message is accepted and thrown away"] : []
    }
}
