internal import Glibc

/// One load on its way: what is kept, what is made new, and how to take it back.
struct LoadPlan {
    private let host: PluginHost
    private let ignoreBad: Bool
    private let changed: Set<String>
    private let current: [String: (instance: PluginInstance, entry: PluginEntry)]
    private(set) var report = LoadReport()
    /// In the list's order.
    private(set) var result: [(PluginInstance, PluginEntry)] = []
    /// Made by this load.
    private(set) var fresh: [PluginInstance] = []
    private var reconfigured: [PluginInstance] = []

    init(host: PluginHost, ignoreBad: Bool, changed: Set<String>) {
        self.host = host
        self.ignoreBad = ignoreBad
        self.changed = changed
        current = Dictionary(
            host.state.withLock { $0.current }.map { ($0.entry.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    mutating func run(_ entries: [PluginEntry]) throws(LoadFailure) {
        let entries = try withoutDoubles(entries)
        if current.isEmpty { openRuntime() }
        for entry in entries { try place(entry) }
        try checkIDs()
        try each { instance throws(LoadFailure) in try instance.create() }
        try each { instance throws(LoadFailure) in try instance.start() }
        try reconfigure()
        report.removed = current.keys.filter { name in !entries.contains { $0.name == name } }.sorted()
    }

    /// Ends what this load has made.
    mutating func undo() {
        for instance in fresh where instance.isAlive { instance.discard() }
    }

    // MARK: Steps

    private mutating func withoutDoubles(_ entries: [PluginEntry]) throws(LoadFailure) -> [PluginEntry] {
        var seen: Set<String> = []
        var kept: [PluginEntry] = []
        for entry in entries {
            if seen.insert(entry.name).inserted {
                kept.append(entry)
            } else {
                let failure = LoadFailure(
                    plugin: entry.name,
                    step: .list,
                    reason: "it is listed twice",
                    fix: "take one of the lines out of config/plugins"
                )
                try tolerate(failure)
            }
        }
        return kept
    }

    /// Decides what becomes of one entry, and opens its image when it is new.
    private mutating func place(_ entry: PluginEntry) throws(LoadFailure) {
        guard let (old, _) = current[entry.name] else {
            if try open(entry, instead: nil) { report.loaded.append(entry.name) }
            return
        }
        let isNewImage = old.image.sha256 != entry.image.sha256
        let isReconfigured = changed.contains(entry.name)
        if !isNewImage && !isReconfigured {
            result.append((old, entry))
            report.kept.append(entry.name)
        } else if !isNewImage && old.descriptor.hasReconfigure {
            result.append((old, entry))
            reconfigured.append(old)
        } else if !old.descriptor.isReloadable {
            result.append((old, entry))
            needsRestart(old, isNewImage ? "its file changed" : "its configuration changed and it has no reconfigure")
        } else if try open(entry, instead: old) {
            report.replaced.append(entry.name)
        }
    }

    private mutating func needsRestart(_ instance: PluginInstance, _ what: String) {
        let sentence = "needs a restart: \(what), and it does not say that two generations may live side by side"
        report.needsRestart.append(LoadReport.Refusal(plugin: instance.name, sentence: sentence))
    }

    /// Whether the new instance is in the list now.
    private mutating func open(_ entry: PluginEntry, instead old: PluginInstance?) throws(LoadFailure) -> Bool {
        do throws(LoadFailure) {
            result.append((try opened(entry), entry))
            return true
        } catch {
            try tolerate(error)
            if let old { result.append((old, entry)) }
            return false
        }
    }

    private mutating func opened(_ entry: PluginEntry) throws(LoadFailure) -> PluginInstance {
        let instance = host.newInstance(entry)
        do throws(LoadFailure) {
            try instance.open()
        } catch {
            instance.lane.close {}
            instance.mapping.release()
            instance.phase = .destroyed
            throw error
        }
        fresh.append(instance)
        return instance
    }

    private mutating func checkIDs() throws(LoadFailure) {
        var owners: [String: String] = [:]
        for (instance, entry) in result {
            let id = instance.descriptor.id
            if let owner = owners[id] {
                let failure = LoadFailure(
                    plugin: entry.name,
                    step: .entry,
                    reason: "its id \(id) is that of \(owner)",
                    fix: "take one of the two out of config/plugins"
                )
                try replace(instance, because: failure)
            } else {
                owners[id] = entry.name
            }
        }
    }

    private mutating func each(_ step: (PluginInstance) throws(LoadFailure) -> Void) throws(LoadFailure) {
        for instance in fresh {
            do throws(LoadFailure) {
                try step(instance)
            } catch {
                try replace(instance, because: error)
            }
        }
    }

    private mutating func reconfigure() throws(LoadFailure) {
        for instance in reconfigured {
            do throws(LoadFailure) {
                if try instance.reconfigure() {
                    report.reconfigured.append(instance.name)
                } else {
                    try renew(instance)
                }
            } catch {
                var failure = error
                failure.reconfigured = report.reconfigured
                try tolerate(failure)
            }
        }
    }

    /// Makes a new generation of a plugin that can't take a configuration while it runs.
    private mutating func renew(_ old: PluginInstance) throws(LoadFailure) {
        guard let place = result.firstIndex(where: { $0.0 === old }) else { return }
        guard old.descriptor.isReloadable else {
            return needsRestart(old, "its configuration changed and it can't take one while it runs")
        }
        let entry = result[place].1
        let instance = try opened(entry)
        result[place] = (instance, entry)
        do throws(LoadFailure) {
            try instance.create()
            try instance.start()
            report.replaced.append(entry.name)
        } catch {
            try replace(instance, because: error)
        }
    }

    // MARK: Bad ones

    private mutating func tolerate(_ failure: LoadFailure) throws(LoadFailure) {
        guard ignoreBad else { throw failure }
        report.skipped.append(failure)
    }

    /// Takes a bad one out; its old generation, if there is one, goes on.
    private mutating func replace(_ instance: PluginInstance, because failure: LoadFailure) throws(LoadFailure) {
        try tolerate(failure)
        fresh.removeAll { $0 === instance }
        if instance.isAlive { instance.discard() }
        report.loaded.removeAll { $0 == instance.name }
        report.replaced.removeAll { $0 == instance.name }
        let old = current[instance.name]?.instance
        result = result.compactMap { pair in
            guard pair.0 === instance else { return pair }
            return old.map { ($0, pair.1) }
        }
    }

    /// Opens the shared Swift runtime, not on the main thread, whose queue it would take over.
    private func openRuntime() {
        guard let directory = host.runtimeDirectory else { return }
        let isOpen = Guarded(false)
        let isStarted = Thread.start(named: "hk-loader") {
            Self.openLibraries(in: directory)
            isOpen.withLock { $0 = true }
            isOpen.announce()
        }
        if isStarted { _ = isOpen.wait { $0 ? true : nil } }
    }

    /// By absolute path: a library with the SONAME that a plugin needs is then there, whatever its RUNPATH says.
    private static func openLibraries(in directory: String) {
        guard let stream = unsafe opendir(directory) else { return }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".so") { names.append(name) }
        }
        // A host that is linked against the shared runtime has it already; a second copy would be a second runtime.
        for name in names.sorted() where unsafe dlopen(name, RTLD_NOW | RTLD_NOLOAD) == nil {
            unsafe _ = dlopen(directory + "/" + name, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE)
        }
    }
}
