internal import PluginHost
internal import System

/// The directory that a server serves from, as far as installing a plugin changes it.
struct ServiceDirectory {
    private let path: String

    init(_ path: String) throws {
        guard (try? FileFacts.of(path + "/config").kind) == .directory, let whole = try? Files.canonical(path) else {
            throw Sentence("\(path) is no service directory: it has no folder config. Make one with: haraka -i \(path)")
        }
        self.path = whole
    }

    /// The list of the plugins to load.
    var list: String { path + "/config/plugins" }

    /// Writes `plugins/NAME.so` beside, fsyncs, and renames it into its place.
    func put(_ bytes: [UInt8], as plugin: PluginName) throws -> String {
        let target = path + "/plugins/" + plugin.name + ".so"
        do throws(SystemError) {
            try Files.makeDirectory(Files.split(target).folder)
            try Files.replace(target, with: bytes, mode: 0o755)
        } catch {
            throw Sentence("\(error).")
        }
        return target
    }

    /// Why the server would not load it from there: who else can write to it or its folders.
    func refusal(of target: String, _ plugin: PluginName) -> PluginRefusal? {
        let service = (try? FileFacts.of(path).uid) ?? 0
        do throws(PluginRefusal) {
            _ = try ImageGate(service: service, invoker: Privileges.effectiveUser).check(target, plugin: plugin.name)
            return nil
        } catch {
            return error
        }
    }

    func names(_ plugin: PluginName) throws -> Bool {
        try text().split(whereSeparator: \.isNewline).contains { line in
            line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).first.map(String.init) == plugin.name
        }
    }

    /// Appends the plugin's line unless it is there; tells whether it was appended.
    func enable(_ plugin: PluginName) throws -> Bool {
        if try names(plugin) { return false }
        var text = try text()
        if !text.isEmpty, !text.hasSuffix("\n") { text += "\n" }
        do throws(SystemError) {
            let mode = (try? FileFacts.of(list).mode) ?? 0o644
            try Files.replace(list, with: Array((text + plugin.name + "\n").utf8), mode: mode)
        } catch {
            throw Sentence("\(error).")
        }
        return true
    }

    private func text() throws -> String {
        do throws(SystemError) {
            return String(decoding: try Files.read(list), as: UTF8.self)
        } catch  where error.isMissing {
            return ""
        } catch {
            throw Sentence("\(error).")
        }
    }
}
