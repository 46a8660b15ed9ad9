internal import System

/// Finds the file of a plugin by the name that `config/plugins` gives it.
public struct PluginFinder: Sendable {
    /// Where it looks, the first folder that has the plugin wins: the service's `plugins/`, then the installation's.
    public let directories: [String]

    public init(directories: [String]) { self.directories = directories }

    /// The path of the plugin's shared library.
    ///
    /// `queue/smtp_forward` is `queue/smtp_forward.so`, `queue.smtp_forward.so` or `libqueue.smtp_forward.so`.
    public func find(_ name: String) throws(PluginRefusal) -> String {
        if let fault = Self.fault(in: name) {
            throw refusal(
                name,
                fault,
                fix: "Write it in config/plugins as its file is called below plugins/, without .so"
            )
        }
        for directory in directories {
            for candidate in Self.files(of: name) {
                let path = directory + "/" + candidate
                if try exists(path, name) { return path }
            }
        }
        throw try javaScript(name) ?? missing(name)
    }

    /// What makes a text no plugin name; nil when it is one.
    public static func fault(in name: String) -> String? {
        if name.isEmpty { return "a plugin's name is not empty" }
        if name.utf8.count > 128 { return "a plugin's name has at most 128 characters" }
        if name.hasPrefix("/") { return "a plugin's name is no absolute path" }
        let allowed = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."): true
            case UInt8(ascii: "-"), UInt8(ascii: "/"): true
            default: false
            }
        }
        guard allowed else { return "a plugin's name consists of letters, digits, _ . - and /" }
        for part in name.split(separator: "/", omittingEmptySubsequences: false) {
            if part.isEmpty { return "a part of the plugin's name is empty" }
            if part.hasPrefix(".") || part.hasPrefix("-") { return "no part of a plugin's name begins with . or -" }
            if part.contains("..") { return "a plugin's name has no .. in it" }
        }
        return name.hasSuffix(".so") || name.hasSuffix(".js") ? "a plugin's name has no file ending" : nil
    }

    /// The name as one file name, `queue.smtp_forward`: of the plugin's folder, its product and its staged images.
    public static func stem(of name: String) -> String { name.split(separator: "/").joined(separator: ".") }

    /// The files that a name may mean, below a plugins folder.
    static func files(of name: String) -> [String] {
        let stem = stem(of: name)
        return (stem == name ? [] : [name + ".so"]) + [stem + ".so", "lib" + stem + ".so"]
    }

    private func exists(_ path: String, _ name: String) throws(PluginRefusal) -> Bool {
        do {
            _ = try FileFacts.of(path)
            return true
        } catch  where error.isMissing {
            // A link to nowhere is a mistake to be told, not a file that isn't there.
            guard (try? FileFacts.of(path, followingLinks: false)) != nil else { return false }
            throw refusal(name, "\(path) is a link to a file that is not there", fix: "Remove or renew the link")
        } catch {
            throw refusal(name, "\(error)", fix: "Let the server read that folder")
        }
    }

    private func javaScript(_ name: String) throws(PluginRefusal) -> PluginRefusal? {
        for directory in directories {
            for candidate in [name + ".js", name + "/index.js"] where try exists(directory + "/" + candidate, name) {
                return refusal(
                    name,
                    "\(directory)/\(candidate) is a JavaScript plugin of Haraka and this server loads shared libraries",
                    fix: "See docs/haraka-plugin.md, or begin its successor with: haraka-plugin new \(name)"
                )
            }
        }
        return nil
    }

    private func missing(_ name: String) -> PluginRefusal {
        let wanted = Self.files(of: name).joined(separator: " or ")
        return refusal(
            name,
            "there is no \(wanted) in \(directories.joined(separator: " or in "))",
            fix:
                "Install it with: haraka-plugin install FILE -c DIR --name \(name), or remove its line from config/plugins"
        )
    }

    private func refusal(_ name: String, _ reason: String, fix: String) -> PluginRefusal {
        PluginRefusal(.find, plugin: name, reason: reason, fix: fix)
    }
}
