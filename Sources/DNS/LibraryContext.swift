internal import CUnbound
internal import System

/// Owns a context of libunbound, set up and ready to be asked.
///
/// Safe and Sendable although unchecked: the handle lives as long as this does, libunbound locks what is in it, and
/// results are taken on one thread only, that of the `LookupLoop`.
@safe
final class LibraryContext: @unchecked Sendable {
    /// What libunbound calls with a lookup and its result.
    typealias Receiver = @convention(c) (UnsafeMutableRawPointer?, Int32, UnsafeMutablePointer<ub_result>?) -> Void

    /// The class of every question (RFC 1035 §3.2.4).
    private static let internet: Int32 = 1
    /// libunbound's log is one for the process, and making a context closes it: one set-up at a time.
    ///
    /// The value, how many there were, is nobody's: a lock holds something.
    private static let setups = Locked(0)

    private let handle: OpaquePointer

    init(_ settings: ResolverSettings) throws(SettingsError) {
        // Typed throws don't go through a generic rethrows.
        let made: Result<OpaquePointer, SettingsError> = unsafe Self.setups.withLock { setups in
            setups += 1
            guard let handle = unsafe ub_ctx_create() else {
                return unsafe .failure(
                    SettingsError(setting: "context", value: "", reason: "out of memory or descriptors")
                )
            }
            do throws(SettingsError) {
                let setup = try unsafe LibrarySetup(handle)
                try setup.apply(settings)
                return unsafe .success(handle)
            } catch {
                unsafe ub_ctx_delete(handle)
                return unsafe .failure(error)
            }
        }
        unsafe handle = try made.get()
    }

    /// Ends libunbound's own thread too; what was asked and not answered is forgotten, and no receiver is called.
    deinit {
        unsafe ub_ctx_delete(handle)
    }

    /// Readable when there are results to process.
    var descriptor: Int32 { unsafe ub_fd(handle) }

    /// Asks; `receiver` gets `lookup` within a later `process()`, unless it is cancelled before.
    func resolve(
        _ question: Question,
        _ lookup: UnsafeMutableRawPointer,
        _ receiver: Receiver
    ) throws(LibraryFault) -> Int32 {
        var number: Int32 = 0
        let code = unsafe ub_resolve_async(
            handle,
            question.name.text,
            Int32(question.type.number),
            Self.internet,
            lookup,
            receiver,
            &number
        )
        if code != 0 { throw LibraryFault(code) }
        return number
    }

    /// The receiver of this lookup will not be called.
    func cancel(_ number: Int32) {
        // UB_NOID would say that it has been called, and then nothing is left to do.
        _ = unsafe ub_cancel(handle, number)
    }

    /// Calls the receivers of all results that are there.
    func process() throws(LibraryFault) {
        let code = unsafe ub_process(handle)
        if code != 0 { throw LibraryFault(code) }
    }
}
