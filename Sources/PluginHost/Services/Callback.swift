/// A function of a plugin and the pointer that it wants back with it.
@safe struct Callback<Function>: @unchecked Sendable {
    // Invariant: the pointer is only ever handed back to the plugin, and both are immutable.
    let function: Function
    let ud: UnsafeMutableRawPointer?

    init(_ function: Function, _ ud: UnsafeMutableRawPointer?) {
        self.function = function
        unsafe self.ud = ud
    }
}
