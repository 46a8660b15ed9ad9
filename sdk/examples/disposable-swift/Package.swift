// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "disposable",
    products: [.library(name: "disposable", type: .dynamic, targets: ["Disposable"])],
    dependencies: [.package(name: "haraka-sdk", path: "../..")],
    targets: [
        .target(
            name: "Disposable",
            dependencies: [.product(name: "PluginKit", package: "haraka-sdk")],
            swiftSettings: [.unsafeFlags(["-static-stdlib"])],
            linkerSettings: [
                .unsafeFlags([
                    "-static-stdlib",
                    "-Xlinker", "--version-script=\(Context.packageDirectory)/exports.map",
                    "-Xlinker", "-z", "-Xlinker", "nodelete", "-Xlinker", "-z", "-Xlinker", "now",
                ])
            ]
        )
    ]
)
