/// What a lane is to run, behind the `void *` of a C callback.
final class LaneWork: Sendable {
    private let work: @Sendable () -> Void

    init(_ work: @escaping @Sendable () -> Void) { self.work = work }

    /// Runs it and gives the box back.
    static let once: @convention(c) (UnsafeMutableRawPointer?) -> Void = { pointer in
        guard let pointer = unsafe pointer else { return }
        unsafe Unmanaged<LaneWork>.fromOpaque(pointer).takeRetainedValue().work()
    }

    /// Runs it and keeps the box.
    static let again: @convention(c) (UnsafeMutableRawPointer?) -> Void = { pointer in
        guard let pointer = unsafe pointer else { return }
        unsafe Unmanaged<LaneWork>.fromOpaque(pointer).takeUnretainedValue().work()
    }
}
