internal import Glibc
internal import PluginABI
internal import Synchronization
internal import System

/// The steps from a file to a plugin that serves; each runs on the plugin's lane and has a deadline.
extension PluginInstance {
    /// Opens the image and asks its one symbol for the descriptor.
    func open() throws(LoadFailure) {
        let opened = onLane { [self] in openImage() }
        guard let opened else { throw hangs(.open, "its constructors") }
        try opened.get()
        lane.widen(to: descriptor.isSerial ? 1 : Lane.poolSize)
    }

    private func openImage() -> Result<Void, LoadFailure> {
        let path: String
        do throws(SystemError) {
            path = try mapping.claim()
        } catch {
            return .failure(failure(.open, "\(error)", "let the server write to the folder of \(image.path)"))
        }
        // RTLD_NODELETE: no Swift image survives dlclose, and a plugin's threads may still be in it.
        guard let handle = unsafe dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) else {
            let reason = unsafe dlerror().map { unsafe String(cString: $0) } ?? "dlopen failed"
            let fix = "install what it needs or link it statically; haraka-plugin inspect lists what that is"
            return .failure(failure(.open, reason, fix))
        }
        guard let symbol = unsafe dlsym(handle, "haraka_plugin_v1") else {
            return .failure(
                failure(.entry, "it exports no haraka_plugin_v1", "export it, as HK_PLUGIN and PluginKit do")
            )
        }
        typealias Entry = @convention(c) (UInt16) -> UnsafePointer<hk_plugin>?
        let entry = unsafe unsafeBitCast(symbol, to: Entry.self)
        guard let given = unsafe entry(UInt16(HK_ABI_MINOR)) else {
            return .failure(
                failure(.entry, "it needs a host newer than ABI \(HK_ABI_MAJOR).\(HK_ABI_MINOR)", "upgrade the server")
            )
        }
        do throws(PluginDescriptor.Refusal) {
            descriptor = try unsafe PluginDescriptor(checking: given)
            return .success(())
        } catch {
            return .failure(failure(.entry, error.reason, error.fix))
        }
    }

    func create() throws(LoadFailure) {
        let host = unsafe HostTable.make(for: self)
        unsafe self.host = host
        let made = onLane { [self] in callCreate() }
        guard let made else { throw hangs(.create, "create") }
        do throws(LoadFailure) {
            try made.get()
        } catch {
            // There is no state to destroy.
            phase = .destroyed
            stopAll(tells: false)
            lane.close {}
            mapping.release()
            throw error
        }
    }

    private func callCreate() -> Result<Void, LoadFailure> {
        guard let create = unsafe descriptor.plugin.create, let host = unsafe host else { return .success(()) }
        _ = takeComplaint()
        var error = PluginError()
        var state: UnsafeMutableRawPointer?
        let status = unsafe create(host, &state, &error.given)
        guard status == Status.ok else { return .failure(refusal(.create, status, error)) }
        unsafe descriptor.state = state
        isCreated.store(true, ordering: .releasing)
        return .success(())
    }

    func start() throws(LoadFailure) {
        let started = onLane { [self] () -> Result<Void, LoadFailure> in
            guard let start = unsafe descriptor.plugin.start else { return .success(()) }
            var error = PluginError()
            let status = unsafe start(descriptor.state, &error.given)
            return status == Status.ok ? .success(()) : .failure(refusal(.start, status, error))
        }
        guard let started else { throw hangs(.start, "start") }
        try started.get()
    }

    /// Tells it that the configuration changed; refused, the old one stays in force for it.
    ///
    /// - Returns: false when it can't take one while it runs, so that it needs a new generation.
    func reconfigure() throws(LoadFailure) -> Bool {
        let old = configuration
        configuration = backstage.ports.configuration()
        let done = onLane { [self] () -> Result<Bool, LoadFailure> in
            // The job's frame has seen no configuration yet, so it reads the new one.
            guard let reconfigure = unsafe descriptor.plugin.reconfigure else { return .success(true) }
            var error = PluginError()
            let status = unsafe reconfigure(descriptor.state, &error.given)
            if status == Status.unsupported { return .success(false) }
            return status == Status.ok ? .success(true) : .failure(refusal(.reconfigure, status, error))
        }
        guard let done else { throw hangs(.reconfigure, "reconfigure") }
        do throws(LoadFailure) {
            let isTaken = try done.get()
            if !isTaken { configuration = old }
            return isTaken
        } catch {
            configuration = old
            throw error
        }
    }

    // MARK: Deadlines

    /// Waits for a job of the lane; nil when it took longer than it may, and then the lane is lost.
    private func onLane<Value: Sendable>(
        _ body: @escaping @Sendable () -> Result<Value, LoadFailure>
    ) -> Result<Value, LoadFailure>? {
        let answer = Answer<Value>()
        do throws(Lane.Refusal) {
            try lane.push(.task { answer.give(body()) })
        } catch {
            return .failure(failure(.create, "its lane takes no more jobs", "restart the server"))
        }
        let deadline = Instant.now.advanced(by: backstage.timings.creation.wholeNanoseconds)
        return answer.wait(until: deadline)
    }

    private final class Answer<Value: Sendable>: Sendable {
        private let result = Guarded<Result<Value, LoadFailure>?>(nil)

        func give(_ value: Result<Value, LoadFailure>) {
            result.withLock { $0 = value }
            result.announceToAll()
        }

        func wait(until deadline: Instant) -> Result<Value, LoadFailure>? { result.wait(until: deadline) { $0 } }
    }

    private func hangs(_ step: LoadFailure.Step, _ what: String) -> LoadFailure {
        lane.abandon()
        if step != .reconfigure {
            phase = .destroyed
            stopAll(tells: false)
            mapping.release()
        }
        let limit = backstage.timings.creation
        return failure(step, "\(what) did not return within \(limit)", "make it return; slow work belongs on exec.post")
    }

    // MARK: Words

    private func failure(_ step: LoadFailure.Step, _ reason: String, _ fix: String) -> LoadFailure {
        LoadFailure(plugin: name, step: step, reason: reason, fix: fix)
    }

    private func refusal(_ step: LoadFailure.Step, _ status: hk_status, _ error: PluginError) -> LoadFailure {
        let complaint = takeComplaint()
        let said = error.text.isEmpty ? complaint ?? "no reason given" : error.text
        let fix =
            status == Status.denied
            ? "grant it in config/plugins.ini: [\(name)] capabilities[]=\(Self.capability(in: complaint))"
            : "see what the plugin asks for in its README"
        return failure(step, "it refused: \(said) (status \(status))", fix)
    }

    private static func capability(in complaint: String?) -> String {
        complaint?.split(separator: " ").last.map(String.init) ?? "NAME"
    }
}
