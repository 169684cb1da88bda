"""What the devices of learners say of themselves: files that they lack, clocks that are off."""
