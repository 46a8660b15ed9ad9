internal import CUnbound

/// A call of libunbound that failed, in its own words.
struct LibraryFault: Error {
    let reason: String

    init(_ code: Int32) {
        reason = unsafe ub_strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }
}
