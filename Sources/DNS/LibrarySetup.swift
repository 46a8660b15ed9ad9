internal import CUnbound
internal import System

/// Sets up a context of libunbound; a step that fails says which setting it was and what libunbound said.
///
/// Safe: the caller keeps the context alive for as long.
@safe
struct LibrarySetup: ~Copyable {
    private let context: OpaquePointer
    private let words: LibraryWords

    init(_ context: OpaquePointer) throws(SettingsError) {
        guard let words = unsafe LibraryWords(context) else {
            throw SettingsError(setting: "log", value: "", reason: "out of memory")
        }
        unsafe self.context = context
        self.words = words
    }

    func apply(_ settings: ResolverSettings) throws(SettingsError) {
        try setSizes(settings)
        try setValidation(settings)
        try add(settings.zoneFiles)
        try setUpstream(settings)
        if let path = settings.hostsFile {
            try step("hosts-file", path) { unsafe ub_ctx_hosts(context, path) }
        }
        // A thread of libunbound's. Without this it would fork for its work: a copy of a process with threads, with its
        // locks as they happened to be and every socket of ours held open.
        try step("async", "thread") { unsafe ub_ctx_async(context, 1) }
        try finish()
        try add(localZones(settings))
    }

    private func setSizes(_ settings: ResolverSettings) throws(SettingsError) {
        let cache = max(settings.cacheBytes, 64 << 10)
        // Messages point at record sets, which are about twice as large; validation keeps keys and proofs beside them.
        try option("msg-cache-size", String(cache / 4))
        try option("rrset-cache-size", String(cache / 2))
        try option("key-cache-size", String(cache / 8))
        try option("neg-cache-size", String(cache / 8))
        try option("outgoing-range", String(max(settings.sockets, 16)))
        try option("outgoing-num-tcp", String(max(settings.sockets / 8, 4)))
        // libunbound denies private networks' names out of hand, but a forwarder may well know who 10.0.0.1 is.
        try option("unblock-lan-zones", "yes")
        try option("insecure-lan-zones", "yes")
    }

    private func setValidation(_ settings: ResolverSettings) throws(SettingsError) {
        try option("module-config", settings.validates ? "validator iterator" : "iterator")
        for domain in settings.insecureDomains { try option("domain-insecure", domain) }
        switch settings.trustAnchors {
        case .system:
            if settings.validates { try addAnchors(ResolverSettings.systemAnchorFile) }
        case .file(let path):
            try addAnchors(path)
        case .records(let records):
            for record in records {
                try step("trust-anchor", record) { unsafe ub_ctx_add_ta(context, record) }
            }
        case .none:
            break
        }
    }

    private func addAnchors(_ path: String) throws(SettingsError) {
        try step("trust-anchor-file", path) { unsafe ub_ctx_add_ta_file(context, path) }
    }

    private func setUpstream(_ settings: ResolverSettings) throws(SettingsError) {
        switch settings.upstream {
        case .resolvConf(let path):
            try step("resolv.conf", path) { unsafe ub_ctx_resolvconf(context, path) }
        case .forwarders(let addresses):
            for address in addresses {
                try step("forward-addr", address) { unsafe ub_ctx_set_fwd(context, address) }
            }
        case .zoneServers:
            break
        case .nobody:
            // Validation asks questions of its own, which pass the local zones by: these end here.
            try step("forward-addr", "nobody") { unsafe ub_ctx_set_fwd(context, "127.0.0.1@1") }
        }
    }

    /// Authority zones have no call of their own, they are read as a piece of a configuration file.
    private func add(_ files: [ZoneFile]) throws(SettingsError) {
        if files.isEmpty { return }
        var text = ""
        for file in files {
            // libunbound would ask the servers of the zone instead.
            do { _ = try FileDescriptor.open(file.path) } catch {
                throw SettingsError(setting: "zonefile", value: file.path, reason: error.reason)
            }
            guard !(file.name + file.path).contains(where: { $0 == "\"" || $0.isNewline || $0 == "\0" }) else {
                throw SettingsError(setting: "zonefile", value: file.path, reason: "a quote or line break in a name")
            }
            text += "auth-zone:\n name: \"\(file.name)\"\n zonefile: \"\(file.path)\"\n"
            text += " for-downstream: no\n for-upstream: yes\n"
            // A file is taken only for the zone whose servers would be asked, and with forwarders that is the root.
            // A stub makes it this one; nothing listens on port 1.
            text += "stub-zone:\n name: \"\(file.name)\"\n stub-addr: 127.0.0.1@1\n"
        }
        do {
            let configuration = try FileDescriptor.inMemory(named: "dns-zones")
            try configuration.writeAll(text)
            try step("auth-zone", files.map(\.name).joined(separator: " ")) {
                unsafe ub_ctx_config(context, "/proc/self/fd/\(configuration.number)")
            }
        } catch let error as SystemError {
            throw SettingsError(setting: "auth-zone", value: "", reason: error.description)
        } catch let error as SettingsError {
            throw error
        } catch {
            throw SettingsError(setting: "auth-zone", value: "", reason: "\(error)")
        }
    }

    /// Makes libunbound read files and keys now: it would do so at the first question, where nobody looks for it.
    private func finish() throws(SettingsError) {
        try step("settings", "") { unsafe ub_ctx_zone_remove(context, "not-there.invalid.") }
    }

    /// Those of the settings, and those that keep everything else from being asked for.
    private func localZones(_ settings: ResolverSettings) -> [LocalZone] {
        guard settings.upstream == .nobody else {
            // So are these denied, and there is no option for them: RFC 8375, RFC 6761 §6.2.
            let given = Set(settings.localZones.map(\.name))
            return settings.localZones
                + ["home.arpa.", "test."].filter { !given.contains($0) }.map { LocalZone($0, .open) }
        }
        var zones = settings.localZones
        if !zones.contains(where: { $0.name == "." }) { zones.append(LocalZone(".", .closed)) }
        // Local zones are looked at first; these let questions through to the files.
        zones += settings.zoneFiles.map { LocalZone($0.name, .open) }
        return zones
    }

    /// Only after `finish()`, for these two calls need a context that is complete.
    private func add(_ zones: [LocalZone]) throws(SettingsError) {
        // The deepest first: libunbound 1.17 loses sight of a zone when one below it is added later.
        for zone in zones.sorted(by: { Self.depth($0.name) > Self.depth($1.name) }) {
            try step("local-zone", zone.name) { unsafe ub_ctx_zone_add(context, zone.name, zone.kind.rawValue) }
        }
        for zone in zones {
            for record in zone.records {
                try step("local-data", record) { unsafe ub_ctx_data_add(context, record) }
            }
        }
    }

    private static func depth(_ name: String) -> Int { name.split(separator: ".").count }

    private func option(_ name: String, _ value: String) throws(SettingsError) {
        try step(name, value) { unsafe ub_ctx_set_option(context, name + ":", value) }
    }

    private func step(_ setting: String, _ value: String, _ call: () -> Int32) throws(SettingsError) {
        // C would stop at a NUL and take the part before it.
        guard !value.utf8.contains(0) else { throw SettingsError(setting: setting, value: value, reason: "a NUL") }
        let code = call()
        if code == 0 { return }
        let reason = words.firstComplaint ?? LibraryFault(code).reason
        throw SettingsError(setting: setting, value: value, reason: reason)
    }
}
