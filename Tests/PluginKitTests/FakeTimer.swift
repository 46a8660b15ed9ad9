/// What a plugin wanted to be run later.
@safe struct FakeTimer {
    let work: (@convention(c) (UnsafeMutableRawPointer?) -> Void)?
    let data: UnsafeMutableRawPointer?

    func fire() { unsafe work?(data) }
}
