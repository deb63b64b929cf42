"""The manifests as Kubernetes gets them: rendered by kustomize, and read."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from tests.unit.deploy.compose import ROOT

OVERLAYS = ("dev", "prod")
WORKLOADS = ("Deployment", "StatefulSet")
RENDER_S = 120
DASHBOARD = "grafana_dashboard"
"""The label by which what runs beside Grafana finds a dashboard."""


class NoKustomizeError(Exception):
    """There is no kubectl here."""


@dataclass(frozen=True)
class Manifests:
    """Everything of an overlay."""

    resources: list[dict[str, Any]]

    def of(self, *kinds: str) -> list[dict[str, Any]]:
        """The resources of some kinds."""
        return [resource for resource in self.resources if resource["kind"] in kinds]

    def one(self, kind: str, name: str | None = None) -> dict[str, Any]:
        """The resource of a kind, and of a name where there are several."""
        (found,) = (r for r in self.of(kind) if name in (None, r["metadata"]["name"]))
        return found

    @property
    def workloads(self) -> list[dict[str, Any]]:
        """What has pods."""
        return self.of(*WORKLOADS)

    @property
    def agents(self) -> list[dict[str, Any]]:
        """The workloads of the stages."""
        return self.of("StatefulSet")

    @property
    def settings(self) -> dict[str, str]:
        """What every process is told."""
        (found,) = (one for one in self.of("ConfigMap") if one not in self.dashboards)
        data: dict[str, str] = found["data"]
        return data

    @property
    def dashboards(self) -> list[dict[str, Any]]:
        """What Grafana is to show."""
        return [
            one for one in self.of("ConfigMap") if DASHBOARD in one["metadata"].get("labels", {})
        ]


def render(overlay: str) -> Manifests:
    """Render an overlay.

    Raises:
        NoKustomizeError: There is no kubectl.
    """
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        raise NoKustomizeError("kubectl is not installed here: it renders the manifests")
    folder = ROOT / "deploy" / "k8s" / "overlays" / overlay
    argv = [kubectl, "kustomize", str(folder)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=RENDER_S)
    assert done.returncode == 0, done.stderr
    return Manifests(list(yaml.safe_load_all(done.stdout)))


def name_of(resource: dict[str, Any]) -> str:
    """Its kind and name, as people write them."""
    return f"{resource['kind']}/{resource['metadata']['name']}"


def pod_of(workload: dict[str, Any]) -> dict[str, Any]:
    """What its pods are made of."""
    spec: dict[str, Any] = workload["spec"]["template"]["spec"]
    return spec


def container_of(workload: dict[str, Any]) -> dict[str, Any]:
    """The one container of its pods."""
    (container,) = pod_of(workload)["containers"]
    return dict(container)


def told(workload: dict[str, Any]) -> Iterator[str]:
    """The variables that it is given one by one, and the secrets that it finds as files."""
    yield from (variable["name"] for variable in container_of(workload).get("env", ()))
    for volume in pod_of(workload).get("volumes", ()):
        for source in volume.get("projected", {}).get("sources", ()):
            yield from (item["path"] for item in source["secret"]["items"])
