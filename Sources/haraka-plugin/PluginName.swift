internal import PluginHost

/// A plugin's name and all that is called after it.
struct PluginName {
    /// As `config/plugins` has it: `queue/mine`.
    let name: String

    init(_ name: String) throws {
        if let fault = PluginFinder.fault(in: name) {
            throw Sentence("\"\(name)\" is no name for a plugin: \(fault), as in rcpt_to.disposable or queue/mine.")
        }
        self.name = name
    }

    /// Of a shared library's file: `queue.mine` of `libqueue.mine.so`.
    init(ofFile path: String) throws {
        var stem = path.split(separator: "/").last.map(String.init) ?? ""
        guard stem.hasSuffix(".so") else {
            throw Sentence("\(path) does not end in .so; say what the plugin is called with --name NAME.")
        }
        stem.removeLast(3)
        if stem.hasPrefix("lib"), stem.count > 3 { stem.removeFirst(3) }
        try self.init(stem)
    }

    /// Of what a build made: cargo's template calls it `libplugin.so`, so its folder has the name then.
    init(ofProduct path: String, in folder: String) throws {
        try self.init(ofFile: path)
        if name == "plugin", let last = folder.split(separator: "/").last { try self.init(String(last)) }
    }

    /// One file name: `queue.mine`.
    var file: String { PluginFinder.stem(of: name) }

    /// A type of Swift and Rust and a module: `QueueMine`.
    ///
    /// A single word gets a second one, so that it is never the name of a type that authors use: hook, host, string.
    var type: String {
        let words = name.split { !$0.isLetter && !$0.isNumber }
        let joined = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        let whole = words.count == 1 ? joined + "Plugin" : joined
        return whole.first?.isLetter == true ? whole : "Plugin" + whole
    }

    /// The reverse name that a descriptor needs: `org.example.queue.mine`.
    var id: String { "org.example." + file }

    /// What a template's `{{WORD}}` stands for.
    func words(sdk: String) -> [String: String] {
        ["NAME": name, "FILE": file, "TYPE": type, "ID": id, "SDK": sdk]
    }
}
